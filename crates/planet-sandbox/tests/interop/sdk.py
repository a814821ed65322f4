"""The official Python SDK against the sandbox: sdk.py URL KEY DIRECTORY

Only the clients' base URLs differ from a program for the real service, and the address of the
bundle specification, which the SDK does not let its user choose.
"""
import asyncio
import hashlib
import json
from datetime import datetime, timezone
from pathlib import Path

import httpx
import planet
import planet.specs
from planet import Auth, OrdersClient, Session, data_filter, order_request
from planet.clients import DataClient, FeaturesClient

from common import BUNDLE, ITEM_IDS, ITEM_TYPE, OREGON, check, equal, main
from sdk_table import point_bundle_spec_at

START = datetime(2020, 9, 1, tzinfo=timezone.utc)
END = datetime(2020, 10, 1, tzinfo=timezone.utc)
SEPTEMBER_OVER_OREGON = data_filter.and_filter([
    data_filter.geometry_filter(OREGON),
    data_filter.date_range_filter("acquired", gte=START, lt=END),
    data_filter.range_filter("cloud_cover", lte=0.5),
    data_filter.permission_filter(),
])
STATES = ["queued", "running", "success"]


def run(url, key, directory):
    point_bundle_spec_at(url)
    asyncio.run(steps(url, key, Path(directory)))


async def steps(url, key, directory):
    directory.mkdir(parents=True, exist_ok=True)
    async with Session(auth=Auth.from_key(key)) as session:
        data = DataClient(session, base_url=f"{url}/data/v1")
        orders = OrdersClient(session, base_url=f"{url}/compute/ops")
        features = FeaturesClient(session, base_url=f"{url}/features/v1/ogc/my")

        found = await step("search", search(data))
        await step("search across pages", search_pages(data))
        await step("stats", stats(data, found))
        order = await step("create_order", create_order(orders))
        await step("wait", wait(orders, order))
        await step("list_orders", list_orders(orders, order))
        paths = await step("download_order", download_order(orders, order, directory))
        await step("validate_checksum", validate_checksum(directory / order, paths))
        asset = await step("activate_asset", activate(data))
        asset = await step("wait_asset", wait_asset(data, asset))
        await step("download_asset", download_asset(data, asset, directory / "asset"))
        feature = await step("add_items", add_items(features))
        await step("search by feature", search_by_feature(data, feature))
        await step("errors", errors(url, orders, data))


async def step(name, coroutine):
    try:
        result = await coroutine
    except (planet.exceptions.PlanetError, planet.specs.FetchBundlesSpecError, httpx.HTTPError, KeyError) as error:
        check(False, f"{name}: {type(error).__name__}: {error}")
    print(f"ok {name}", flush=True)
    return result


async def search(data):
    items = [item async for item in data.search([ITEM_TYPE], SEPTEMBER_OVER_OREGON, limit=0)]
    ids = [item["id"] for item in items]
    check(set(ITEM_IDS) <= set(ids), f"search: the guides' items are not among {ids}")
    equal(len(set(ids)), len(ids), "search: number of distinct items")
    for item in items:
        properties = item["properties"]
        acquired = datetime.fromisoformat(properties["acquired"].replace("Z", "+00:00"))
        check(START <= acquired < END, f"search: {item['id']} was acquired {acquired}")
        check(properties["cloud_cover"] <= 0.5, f"search: {item['id']} is cloudy")
        equal(properties["item_type"], ITEM_TYPE, f"search: item type of {item['id']}")
        check(touches(item["geometry"], OREGON), f"search: {item['id']} is elsewhere")
        check(item["_permissions"], f"search: {item['id']} cannot be downloaded")
    published = [item["properties"]["published"] for item in items]
    check(newest_first(published), f"search: not sorted by publication: {published}")

    sort = "acquired asc"
    again = [item async for item in data.search([ITEM_TYPE], SEPTEMBER_OVER_OREGON, sort=sort, limit=0)]
    acquired = [item["properties"]["acquired"] for item in again]
    check(newest_first(acquired[::-1]), f"search: not sorted by {sort}: {acquired}")
    equal({item["id"] for item in again}, set(ids), f"search: ids sorted by {sort}")
    return items


def newest_first(times):
    parsed = [datetime.fromisoformat(time.replace("Z", "+00:00")) for time in times]
    return parsed == sorted(parsed, reverse=True)


def touches(geometry, area):
    """Whether the boxes of two geometries meet; filters.py compares the shapes themselves."""
    west, south, east, north = box(geometry)
    other_west, other_south, other_east, other_north = box(area)
    return west <= other_east and other_west <= east and south <= other_north and other_south <= north


def box(geometry):
    points = list(positions(geometry["coordinates"]))
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def positions(coordinates):
    if isinstance(coordinates[0], (int, float)):
        yield coordinates[:2]
    else:
        for part in coordinates:
            yield from positions(part)


async def search_pages(data):
    """The service gives 250 items a page at most, so 600 items take three."""
    items = [item["id"] async for item in data.search([ITEM_TYPE], limit=600)]
    equal(len(items), 600, "search across pages: number of items")
    equal(len(set(items)), 600, "search across pages: number of distinct items")


async def stats(data, found):
    answer = await data.get_stats([ITEM_TYPE], SEPTEMBER_OVER_OREGON, "day")
    equal(answer["interval"], "day", "stats: interval")
    days = {}
    for item in found:
        day = item["properties"]["acquired"][:10]
        days[day] = days.get(day, 0) + 1
    buckets = {bucket["start_time"][:10]: bucket["count"] for bucket in answer["buckets"] if bucket["count"]}
    equal(buckets, days, "stats: items by day")
    starts = [bucket["start_time"] for bucket in answer["buckets"]]
    equal(starts, sorted(starts), "stats: order of the buckets")


async def create_order(orders):
    request = order_request.build_request(
        name="oregon_order",
        products=[order_request.product(ITEM_IDS, BUNDLE, ITEM_TYPE)],
        tools=[order_request.clip_tool(aoi=OREGON)],
    )
    order = await orders.create_order(request)
    equal(order["name"], "oregon_order", "create_order: name")
    equal(order["state"], "queued", "create_order: state")
    equal(order["products"], request["products"], "create_order: products")
    equal(order["tools"], request["tools"], "create_order: tools")
    active = await orders.aggregated_order_stats()
    count = active["user"]["queued_orders"] + active["user"]["running_orders"]
    equal(count, 1, "create_order: active orders")
    return order["id"]


async def wait(orders, order):
    seen = []
    state = await orders.wait(order, delay=0.5, callback=seen.append)
    equal(state, "success", "wait: state")
    equal(seen[-1], "success", "wait: last state seen by the callback")
    check(len(seen) > 1, "wait: the order was finished at once")
    steps = [STATES.index(state) for state in seen if state in STATES]
    equal(len(steps), len(seen), "wait: number of known states")
    equal(steps, sorted(steps), "wait: order of the states")


async def list_orders(orders, order):
    listed = [each async for each in orders.list_orders(state="success", name="oregon_order")]
    equal([each["id"] for each in listed], [order], "list_orders: ids")


async def download_order(orders, order, directory):
    paths = await orders.download_order(order, directory)
    results = (await orders.get_order(order))["_links"]["results"]
    want = {directory / result["name"] for result in results}
    equal(set(paths), want, "download_order: files")
    equal(set(files_in(directory / order)), want, "download_order: files on disk")
    return paths


def files_in(directory):
    return [path for path in directory.rglob("*") if path.is_file()]


async def validate_checksum(directory, paths):
    OrdersClient.validate_checksum(directory, "md5")
    OrdersClient.validate_checksum(directory, "sha256")
    manifest = json.loads((directory / "manifest.json").read_text())
    listed = {directory / file["path"]: file["size"] for file in manifest["files"]}
    equal({path: path.stat().st_size for path in listed}, listed, "validate_checksum: sizes")
    equal(set(listed) | {directory / "manifest.json"}, set(paths), "validate_checksum: files of the manifest")
    types = sorted(file["media_type"] for file in manifest["files"])
    want = sorted(["image/tiff", "image/tiff", "text/xml", "application/json"] * len(ITEM_IDS))
    equal(types, want, "validate_checksum: media types")
    for name in ITEM_IDS:
        metadata = json.loads((directory / ITEM_TYPE / f"{name}_metadata.json").read_text())
        equal(metadata["id"], name, "validate_checksum: id in the metadata")


async def activate(data):
    asset = await data.get_asset(ITEM_TYPE, ITEM_IDS[0], "ortho_analytic_4b")
    equal(asset["status"], "inactive", "activate_asset: status before")
    check("location" not in asset, "activate_asset: an inactive asset has a location")
    await data.activate_asset(asset)
    return await data.get_asset(ITEM_TYPE, ITEM_IDS[0], "ortho_analytic_4b")


async def wait_asset(data, asset):
    seen = []
    asset = await data.wait_asset(asset, delay=0.5, callback=seen.append)
    check(set(seen) <= {"activating", "active"}, f"wait_asset: saw {seen}")
    equal(seen[-1], "active", "wait_asset: last status seen by the callback")
    await data.activate_asset(asset)
    return asset


async def download_asset(data, asset, directory):
    path = await data.download_asset(asset, directory=directory, progress_bar=False)
    equal(path.name, f"{ITEM_IDS[0]}_3B_AnalyticMS.tif", "download_asset: name")
    DataClient.validate_checksum(asset, path)
    equal(hashlib.md5(path.read_bytes()).hexdigest(), asset["md5_digest"], "download_asset: digest")
    equal(path.read_bytes()[:2] in (b"II", b"MM"), True, "download_asset: starts like a TIFF")


async def add_items(features):
    collection = await features.create_collection("Interop", description="made by sdk.py")
    described = await features.get_collection(collection)
    equal(described["title"], "Interop", "add_items: title of the collection")
    area = {"type": "Feature", "geometry": OREGON, "properties": {"id": "oregon", "title": "Oregon"}}
    references = await features.add_items(collection, area)
    equal(len(references), 1, "add_items: number of references")
    check(references[0].startswith(f"pl:features/my/{collection}/"), f"add_items: reference {references[0]}")
    listed = [feature async for feature in features.list_items(collection)]
    equal([feature.ref for feature in listed], references, "add_items: references of the listed features")
    equal(listed[0]["geometry"], OREGON, "add_items: geometry of the listed feature")
    collections = [each["id"] async for each in features.list_collections()]
    check(collection in collections, f"add_items: {collection} is not among {collections}")
    return listed[0]


async def search_by_feature(data, feature):
    found = [item["id"] async for item in data.search([ITEM_TYPE], geometry=feature, limit=0)]
    area = data_filter.geometry_filter(OREGON)
    want = [item["id"] async for item in data.search([ITEM_TYPE], area, limit=0)]
    check(set(ITEM_IDS) <= set(found), "search by feature: the guides' items are missing")
    equal(found, want, "search by feature: ids")


async def errors(url, orders, data):
    unknown = "00000000-0000-4000-8000-000000000000"
    await refused(planet.exceptions.MissingResource, orders.get_order(unknown), "an unknown order")
    await refused(planet.exceptions.MissingResource, data.get_item(ITEM_TYPE, "no-such-item"), "an unknown item")
    async with Session(auth=Auth.from_key("wrong")) as session:
        stranger = OrdersClient(session, base_url=f"{url}/compute/ops")
        await refused(planet.exceptions.InvalidAPIKey, stranger.get_order(unknown), "a wrong key")


async def refused(exception, coroutine, what):
    try:
        await coroutine
    except exception:
        return
    check(False, f"errors: {what} was accepted")


main(run, 3)
