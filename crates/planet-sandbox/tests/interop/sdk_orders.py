"""Every method of the official SDK's Orders client: sdk_orders.py URL KEY DIRECTORY

An order must stay queued long enough to be cancelled: the sandbox needs some seconds for each.
"""
import json
from pathlib import Path

from planet import data_filter, order_request
from planet.clients import OrdersClient
from planet.clients.orders import OrderStates
from planet.exceptions import BadQuery, ClientError, Conflict, MissingResource

from common import BUNDLE, ITEM_IDS, ITEM_TYPE, OREGON, check, equal, main
from sdk_table import Table, collect, raises

table = Table(OrdersClient, OrderStates)
SEQUENCE = ["queued", "running", "failed", "success", "partial", "cancelled"]
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def request(name, ids=ITEM_IDS[:1], **options):
    products = [order_request.product(list(ids), BUNDLE, ITEM_TYPE)]
    return order_request.build_request(name=name, products=products, **options)


async def forbidden(context):
    """An item that may not be downloaded."""
    closed = data_filter.not_filter(data_filter.permission_filter())
    found = await collect(context.data.search([ITEM_TYPE], closed, limit=1))
    return found[0]["id"]


@table.covers("OrderStates.reached", "OrderStates.passed", "OrderStates.is_final")
async def order_states(orders, context):
    for at, state in enumerate(SEQUENCE):
        for also, test in enumerate(SEQUENCE):
            equal(OrderStates.reached(state, test), also >= at, f"{test} reached {state}")
            equal(OrderStates.passed(state, test), also > at, f"{test} passed {state}")
    equal([OrderStates.is_final(state) for state in SEQUENCE], [False, False, True, True, True, True], "final states")


@table.covers("orders.create_order", "orders.get_order", "orders.aggregated_order_stats")
async def create_and_get_order(orders, context):
    tools = [
        order_request.toar_tool(scale_factor=10000),
        order_request.clip_tool(aoi=OREGON),
        order_request.reproject_tool(projection="EPSG:4326", kernel="cubic"),
        order_request.band_math_tool(b1="b4", pixel_type="32R"),
        order_request.file_format_tool("COG"),
    ]
    sent = request("with tools", ITEM_IDS, tools=tools, notifications=order_request.notifications(email=True))
    order = await orders.create_order(sent)
    for field in ["name", "products", "tools", "notifications"]:
        equal(order[field], sent[field], field)
    equal((order["state"], order["error_hints"]), ("queued", []), "order")
    found = await orders.get_order(order["id"])
    equal((found["id"], found["created_on"]), (order["id"], order["created_on"]), "order")
    await raises(MissingResource, orders.get_order(UNKNOWN), "an unknown order")
    await raises(ClientError, orders.get_order("no-uuid"), "an id that is no UUID")
    await raises(BadQuery, orders.create_order(request("unknown item", ["none"])), "an unknown item")
    stats = await orders.aggregated_order_stats()
    equal(sorted(stats), ["organization", "user"], "stats")
    check(sum(stats["user"].values()) >= 1, f"no active order in {stats}")


@table.covers("orders.cancel_order")
async def cancel_order(orders, context):
    order = await orders.create_order(request("to cancel"))
    equal((await orders.cancel_order(order["id"]))["state"], "cancelled", "state")
    await raises(Conflict, orders.cancel_order(order["id"]), "a cancelled order")
    await raises(MissingResource, orders.cancel_order(UNKNOWN), "an unknown order")
    await raises(ClientError, orders.cancel_order("no-uuid"), "an id that is no UUID")


@table.covers("orders.cancel_orders")
async def cancel_orders(orders, context):
    placed = [(await orders.create_order(request(f"to cancel {n}")))["id"] for n in range(3)]
    result = (await orders.cancel_orders(placed[:1] + [UNKNOWN]))["result"]
    equal((result["succeeded"]["count"], result["failed"]["count"]), (1, 1), "counts")
    equal(result["failed"]["failures"][0]["order_id"], UNKNOWN, "failure")
    check((await orders.cancel_orders())["result"]["succeeded"]["count"] >= 2, "not all orders were cancelled")
    for order in placed:
        equal((await orders.get_order(order))["state"], "cancelled", "state")


@table.fails("orders.cancel_orders", "an empty list cancels every queued order, as no list does")
async def cancel_no_orders(orders, context):
    order = (await orders.create_order(request("not to cancel")))["id"]
    await orders.cancel_orders([])
    equal((await orders.get_order(order))["state"], "cancelled", "state")


@table.covers("orders.list_orders")
async def list_orders(orders, context):
    prefix = f"list {context.number} "
    places = order_request.destination("pl:destinations/mine")
    made = [
        await orders.create_order(request(prefix + "b")),
        await orders.create_order(request(prefix + "a", delivery=order_request.delivery(cloud_config=places))),
        await orders.create_order(request(prefix + "c", hosting="sentinel_hub")),
        await orders.create_order({
            "name": prefix + "d",
            "source_type": "basemaps",
            "products": [{"mosaic_name": "global_monthly_2022_01_mosaic", "quad_ids": ["1-1"]}],
        }),
    ]
    b, a, c, d = (order["id"] for order in made)
    cancelled = await orders.cancel_order(b)

    async def listed(**filters):
        return [order["id"] async for order in orders.list_orders(**{"name__contains": prefix, **filters})]

    start = made[1]["created_on"]
    for filters, want in [
        ({}, [d, c, a, b]),
        ({"limit": 2}, [d, c]),
        ({"limit": 0}, [d, c, a, b]),
        ({"sort_by": "name"}, [a, b, c, d]),
        ({"sort_by": "state DESC,name DESC", "source_type": "scenes", "state": "cancelled"}, [b]),
        ({"source_type": "scenes"}, [c, a, b]),
        ({"source_type": "basemaps"}, [d]),
        ({"source_type": "all"}, [d, c, a, b]),
        ({"state": "cancelled"}, [b]),
        ({"state": "success"}, []),
        ({"name": prefix + "a"}, [a]),
        ({"created_on": f"{start}/.."}, [d, c, a]),
        ({"created_on": f"../{start}"}, [b]),
        ({"created_on": start}, [a]),
        ({"last_modified": cancelled["last_modified"]}, [b]),
        ({"hosting": True}, [c]),
        ({"destination_ref": "pl:destinations/mine"}, [a]),
        ({"destination_ref": "pl:destinations/other"}, []),
        ({"user_id": "all"}, [d, c, a, b]),
        ({"user_id": 1}, [d, c, a, b]),
        ({"user_id": 7}, []),
    ]:
        equal(await listed(**filters), want, f"orders listed with {filters}")
    await orders.cancel_orders([a, c, d])
    more = [(await orders.create_order(request(prefix + "page")))["id"] for _ in range(25)]
    equal(await listed(name=prefix + "page", limit=0), more[::-1], "orders of two pages")
    await orders.cancel_orders(more)
    await raises(ClientError, listed(state="unknown"), "an unknown state")


@table.covers("orders.wait", "orders.download_order", "orders.download_asset", "orders.validate_checksum")
async def wait_and_download(orders, context):
    closed = await forbidden(context)
    zipped = order_request.delivery(archive_type="zip", single_archive=True, archive_filename="all.zip")
    placed = {
        "success": request("good", ITEM_IDS),
        "zipped": request("zipped", delivery=zipped),
        "composite": request("composite", ITEM_IDS, tools=[order_request.composite_tool()]),
        "failed": request("failed", [ITEM_IDS[0], closed]),
        "partial": request("partial", [ITEM_IDS[0], closed], order_type="partial"),
    }
    ids = {name: (await orders.create_order(sent))["id"] for name, sent in placed.items()}
    await raises(ClientError, orders.download_order(ids["success"], context.directory), "an order that is queued")
    await raises(ClientError, orders.wait(ids["success"], delay=0, max_attempts=1), "too few attempts")
    seen = []
    state = await orders.wait(ids["success"], state="running", delay=1, callback=seen.append)
    equal((state, seen[-1]), ("running", "running"), "state waited for")
    for name, order in ids.items():
        state = await orders.wait(order, delay=1, max_attempts=0)
        equal(state, name if name in SEQUENCE else "success", "final state")
    for name in ["failed", "partial"]:
        hints = (await orders.get_order(ids[name]))["error_hints"]
        check(closed in hints[0], f"the hints of {name} are {hints}")
    for name in ["success", "zipped", "composite", "partial"]:
        await download(orders, context, ids[name])
    equal(await orders.download_order(ids["failed"], context.directory), [], "files of a failed order")


async def download(orders, context, order):
    results = (await orders.get_order(order))["_links"]["results"]
    paths = await orders.download_order(order, context.directory)
    equal({str(path) for path in paths}, {str(context.directory / result["name"]) for result in results}, "files")
    folder = context.directory / order
    orders.validate_checksum(folder, "MD5")
    orders.validate_checksum(folder, "sha256")
    listed = {str(folder / file["path"]) for file in json.loads((folder / "manifest.json").read_text())["files"]}
    equal(listed | {str(folder / "manifest.json")}, {str(path) for path in paths}, "files of the manifest")
    one = next(result for result in results if not result["name"].endswith("manifest.json"))
    path = await orders.download_asset(one["location"], directory=context.directory, progress_bar=False)
    equal(path.name, one["name"].rsplit("/")[-1], "name of an asset")
    equal(path.read_bytes(), (context.directory / one["name"]).read_bytes(), "bytes of an asset")
    (context.directory / one["name"]).write_bytes(b"broken")
    try:
        orders.validate_checksum(folder, "MD5")
        check(False, "a broken file was accepted")
    except ClientError:
        pass


@table.fails("orders.download_order", "an order that went to the cloud has no links, which is a KeyError")
async def download_from_the_cloud(orders, context):
    cloud = order_request.google_cloud_storage("bucket", "secret")
    order = await orders.create_order(request("cloud", delivery=order_request.delivery(cloud_config=cloud)))
    equal(order["delivery"]["google_cloud_storage"]["credentials"], "<REDACTED>", "credentials")
    equal(await orders.wait(order["id"], delay=1), "success", "state")
    await raises(KeyError, orders.download_order(order["id"], context.directory), "an order in the cloud")


main(lambda url, key, directory: table.run(url, key, Path(directory)), 3)
