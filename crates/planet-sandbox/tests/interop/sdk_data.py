"""Every method of the official SDK's Data client: sdk_data.py URL KEY DIRECTORY"""
import hashlib
from pathlib import Path

from planet import data_filter
from planet.clients import DataClient
from planet.exceptions import BadQuery, ClientError, MissingResource

from common import ITEM_IDS, ITEM_TYPE, OREGON, check, equal, main
from sdk_table import Table, collect, raises

table = Table(DataClient)
INTERVALS = ["hour", "day", "week", "month", "year"]
SEPTEMBER = data_filter.and_filter([
    data_filter.geometry_filter(OREGON),
    data_filter.string_in_filter("id", ITEM_IDS + ["none"]),
])
GUIDES = data_filter.string_in_filter("id", ITEM_IDS)


async def oregon(context):
    """A feature with the area of the guides."""
    collection = await context.features.create_collection("Oregon")
    await context.features.add_items(collection, {"type": "Feature", "geometry": OREGON, "properties": {"id": "o"}})
    return await context.features.get_item(collection, "o")


async def ids(items):
    return [item["id"] async for item in items]


@table.covers("data.search")
async def search(data, context):
    equal(sorted(await ids(data.search(["psscene"], SEPTEMBER))), sorted(ITEM_IDS), "ids")
    equal(len(await ids(data.search([ITEM_TYPE], limit=600))), 600, "items of three pages")
    newest = await collect(data.search([ITEM_TYPE], sort="acquired desc", limit=20))
    times = [item["properties"]["acquired"] for item in newest]
    equal(times, sorted(times, reverse=True), "sorted by acquisition")
    for item_type in ["SkySatCollect", "REOrthoTile"]:
        found = await collect(data.search([item_type], limit=1))
        equal(found[0]["properties"]["item_type"], item_type, "item type")
    feature = await oregon(context)
    want = await ids(data.search([ITEM_TYPE], data_filter.geometry_filter(OREGON), limit=0))
    check(set(ITEM_IDS) <= set(want), "the guides' items are not over Oregon")
    for area in [OREGON, feature, feature.ref, {"type": "ref", "content": feature.ref}]:
        equal(await ids(data.search([ITEM_TYPE], geometry=area, limit=0)), want, f"search in {area}")
    name = f"quick {context.number}"
    await ids(data.search([ITEM_TYPE], SEPTEMBER, name=name))
    names = [search["name"] async for search in data.list_searches(search_type="quick", limit=0)]
    check(name in names, f"{name} is not among {names}")


@table.covers("data.create_search", "data.get_search")
async def create_and_get_search(data, context):
    created = await data.create_search([ITEM_TYPE], SEPTEMBER, "mine", enable_email=True)
    equal((created["name"], created["search_type"], created["__daily_email_enabled"], created["last_executed"]),
          ("mine", "saved", True, None), "created search")
    equal(created["filter"], SEPTEMBER, "filter")
    equal(await data.get_search(created["id"]), created, "search")
    feature = await oregon(context)
    created = await data.create_search([ITEM_TYPE], SEPTEMBER, "by feature", geometry=feature)
    equal(created["geometry"], {"type": "ref", "content": [f"{feature.ref}#1"]}, "stored geometry")
    created = await data.create_search([ITEM_TYPE], SEPTEMBER, "by area", geometry=OREGON)
    equal(created["geometry"], OREGON, "stored geometry")


@table.covers("data.update_search")
async def update_search(data, context):
    created = await data.create_search([ITEM_TYPE], SEPTEMBER, "old", enable_email=True)
    updated = await data.update_search(created["id"], ["SkySatCollect"], data_filter.empty_filter(), "new", geometry=OREGON)
    equal((updated["name"], updated["item_types"], updated["__daily_email_enabled"]),
          ("new", ["SkySatCollect"], False), "updated search")
    equal(updated["geometry"], OREGON, "geometry")
    equal((await data.get_search(created["id"]))["name"], "new", "name")


@table.fails("data.update_search", "a Feature as geometry is sent as it is, where create_search makes a reference of it")
async def update_search_by_feature(data, context):
    created = await data.create_search([ITEM_TYPE], SEPTEMBER, "n")
    feature = await oregon(context)
    update = data.update_search(created["id"], [ITEM_TYPE], SEPTEMBER, "n", geometry=feature)
    await raises(BadQuery, update, "a Feature as geometry")


@table.covers("data.list_searches")
async def list_searches(data, context):
    for number in range(3):
        await data.create_search([ITEM_TYPE], SEPTEMBER, f"listed {number}")
    newest = await collect(data.list_searches(limit=3))
    equal([search["name"] for search in newest], ["listed 2", "listed 1", "listed 0"], "newest searches")
    oldest = await collect(data.list_searches(sort="created asc", limit=0))
    created = [search["created"] for search in oldest]
    equal(created, sorted(created), "sorted by creation")
    for kind in ["saved", "quick"]:
        found = {search["search_type"] async for search in data.list_searches(search_type=kind, limit=0)}
        equal(found, {kind}, "search types")
    both = await collect(data.list_searches(search_type="any", limit=0))
    equal(len(both), len(oldest), "searches of any type")


@table.covers("data.run_search")
async def run_search(data, context):
    created = await data.create_search([ITEM_TYPE], data_filter.empty_filter(), "run")
    found = await collect(data.run_search(created["id"], sort="acquired asc", limit=300))
    equal(found, await collect(data.search([ITEM_TYPE], sort="acquired asc", limit=300)), "items")
    check((await data.get_search(created["id"]))["last_executed"], "the run is not noted")
    await raises(ClientError, collect(data.run_search("no-uuid")), "an id that is no UUID")


@table.covers("data.delete_search")
async def delete_search(data, context):
    created = await data.create_search([ITEM_TYPE], SEPTEMBER, "short-lived")
    await data.delete_search(created["id"])
    await raises(MissingResource, data.get_search(created["id"]), "a deleted search")
    await raises(MissingResource, data.delete_search(created["id"]), "a deleted search")


@table.covers("data.get_stats")
async def get_stats(data, context):
    filters = data_filter.geometry_filter(OREGON)
    want = len(await ids(data.search([ITEM_TYPE], filters, limit=0)))
    for interval in INTERVALS:
        stats = await data.get_stats([ITEM_TYPE], filters, interval)
        equal((stats["interval"], stats["utc_offset"]), (interval, "+0h"), "interval")
        equal(sum(bucket["count"] for bucket in stats["buckets"]), want, f"items by {interval}")


@table.covers("data.get_item")
async def get_item(data, context):
    found = await collect(data.search([ITEM_TYPE], GUIDES))
    for item in found:
        equal(await data.get_item(ITEM_TYPE, item["id"]), item, "item")
    await raises(MissingResource, data.get_item(ITEM_TYPE, "none"), "an unknown item")


@table.covers("data.get_item_coverage")
async def get_item_coverage(data, context):
    item = await data.get_item(ITEM_TYPE, ITEM_IDS[0])
    for area in [OREGON, await oregon(context)]:
        for mode in [None, "UDM2", "estimate"]:
            answer = await data.get_item_coverage(ITEM_TYPE, ITEM_IDS[0], area, mode=mode)
            equal(answer, {"clear_percent": item["properties"]["clear_percent"], "status": "complete"}, "coverage")
    for band in ["snow", "cloud", "shadow", "light_haze", "heavy_haze"]:
        answer = await data.get_item_coverage(ITEM_TYPE, ITEM_IDS[0], OREGON, band=band)
        equal(set(answer), {f"{band}_percent", "status"}, "coverage of a band")


@table.covers("data.list_item_assets", "data.get_asset")
async def assets(data, context):
    item = await data.get_item(ITEM_TYPE, ITEM_IDS[0])
    listed = await data.list_item_assets(ITEM_TYPE, ITEM_IDS[0])
    equal(sorted(listed), sorted(item["assets"]), "assets")
    for name, asset in listed.items():
        one = await data.get_asset(ITEM_TYPE, ITEM_IDS[0], name)
        for field in ["_links", "_permissions", "status", "type"]:
            equal(one[field], asset[field], f"{field} of an asset")
    await raises(ClientError, data.get_asset(ITEM_TYPE, ITEM_IDS[0], "none"), "an unknown asset")


@table.covers("data.activate_asset", "data.wait_asset", "data.download_asset", "data.validate_checksum")
async def one_asset(data, context):
    name = ITEM_IDS[context.number]
    asset = await data.get_asset(ITEM_TYPE, name, "ortho_visual")
    equal((asset["status"], asset["md5_digest"], "location" in asset), ("inactive", None, False), "asset before")
    await raises(ClientError, data.download_asset(asset, directory=context.directory), "an inactive asset")
    await data.activate_asset(asset)
    seen = []
    asset = await data.wait_asset(asset, delay=1, callback=seen.append)
    equal((seen[0], seen[-1]), ("inactive", "active"), "states seen")
    await data.activate_asset(asset)
    path = await data.download_asset(asset, directory=context.directory, progress_bar=False)
    equal(path.name, f"{name}_3B_Visual.tif", "name")
    equal(hashlib.md5(path.read_bytes()).hexdigest(), asset["md5_digest"], "digest")
    data.validate_checksum(asset, path)
    path.write_bytes(b"broken")
    try:
        data.validate_checksum(asset, path)
        check(False, "a broken file was accepted")
    except ClientError:
        pass
    await data.download_asset(asset, directory=context.directory, progress_bar=False)
    equal(path.read_bytes(), b"broken", "a file that must not be overwritten")
    await data.download_asset(asset, directory=context.directory, overwrite=True, progress_bar=False)
    data.validate_checksum(asset, path)
    other = await data.download_asset(asset, filename="other.tif", directory=context.directory, progress_bar=False)
    data.validate_checksum(asset, other)


main(lambda url, key, directory: table.run(url, key, Path(directory)), 3)
