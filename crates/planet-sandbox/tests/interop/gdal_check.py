"""GDAL opens every GeoTIFF of the downloaded orders in the right place: gdal_check.py URL KEY DIRECTORY

The extent of each raster must lie inside the box that the item's footprint and the order's area
have in common.
"""
import json
import os
import re
import subprocess
from pathlib import Path

from shapely.geometry import box, shape

from common import Api, check, equal, main

TOLERANCE = 1e-9


def run(url, key, directory):
    api = Api(url, key)
    manifests = sorted(Path(directory).glob("*/manifest.json"))
    check(manifests, f"no order was downloaded to {directory}")
    checked = 0
    for manifest in manifests:
        order = api.get(f"/compute/ops/orders/v2/{manifest.parent.name}")
        area = clip_area(order)
        for file in json.loads(manifest.read_text())["files"]:
            if file["media_type"] == "image/tiff":
                check_raster(api, manifest.parent / file["path"], file["annotations"], area)
                checked += 1
    check(checked > 0, "the orders have no GeoTIFF")
    print(f"{checked} GeoTIFFs in the right place")


def clip_area(order):
    areas = [tool["clip"]["aoi"] for tool in order["tools"] if "clip" in tool]
    equal(len(areas), 1, "areas to clip to")
    return shape(areas[0])


def check_raster(api, path, annotations, area):
    item_type, item_id = annotations["planet/item_type"], annotations["planet/item_id"]
    footprint = shape(api.get(f"/data/v1/item-types/{item_type}/items/{item_id}")["geometry"])
    raster = gdalinfo(path)
    equal(epsg(raster), 4326, f"{path.name}: EPSG code")
    check_extent(path.name, extent(raster), footprint, area)
    bands = len(raster["bands"])
    check(bands in band_counts(annotations["planet/asset_type"]), f"{path.name}: {bands} bands")
    valid = valid_percents(path)
    check(all(percent > 0 for percent in valid), f"{path.name}: percent of valid pixels by band: {valid}")
    print(f"ok {path.name}: {raster['size'][0]} x {raster['size'][1]}, {bands} bands")


def gdalinfo(path):
    answer = run_gdalinfo(path)
    equal(answer.stderr, "", f"{path.name}: complaints of gdalinfo")
    return json.loads(answer.stdout)


def valid_percents(path):
    """The share of valid pixels in each band; 0 where GDAL finds nothing to count."""
    bands = json.loads(run_gdalinfo(path, "-stats").stdout)["bands"]
    return [float(band["metadata"].get("", {}).get("STATISTICS_VALID_PERCENT", 0)) for band in bands]


def run_gdalinfo(path, *flags):
    # Statistics go to the answer only, not to a file beside the raster.
    environment = {**os.environ, "GDAL_PAM_ENABLED": "NO"}
    answer = subprocess.run(["gdalinfo", "-json", *flags, path], env=environment, capture_output=True, text=True)
    equal(answer.returncode, 0, f"{path.name}: {answer.stderr.strip()}; exit code of gdalinfo")
    return answer


def epsg(raster):
    """The code of the whole reference system is the last of those in its text."""
    codes = re.findall(r'ID\["EPSG",(\d+)\]', raster.get("coordinateSystem", {}).get("wkt", ""))
    return int(codes[-1]) if codes else None


def extent(raster):
    left, x_size, x_shear, top, y_shear, y_size = raster["geoTransform"]
    check(x_shear == 0 and y_shear == 0, "the raster is rotated")
    check(x_size > 0 > y_size, "the raster is upside down")
    columns, rows = raster["size"]
    return left, top + rows * y_size, left + columns * x_size, top


def check_extent(name, extent, footprint, area):
    west, south, east, north = box(*footprint.bounds).intersection(box(*area.bounds)).bounds
    allowed = (west - TOLERANCE, south - TOLERANCE, east + TOLERANCE, north + TOLERANCE)
    inside = box(*allowed).covers(box(*extent))
    check(inside, f"{name}: extent {extent} is not inside {(west, south, east, north)}")


def band_counts(asset_type):
    numbered = re.search(r"_(\d)b", asset_type)
    if numbered:
        return {int(numbered.group(1))}
    # Colours, with or without a mask; and the eight bands of the usable data mask.
    return {3, 4} if asset_type.endswith("visual") else {8}


main(run, 3)
