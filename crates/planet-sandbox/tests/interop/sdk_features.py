"""Every method of the official SDK's Features client: sdk_features.py URL KEY DIRECTORY"""
from pathlib import Path

from planet.clients import FeaturesClient
from planet.exceptions import BadQuery, ClientError, MissingResource

from common import OREGON, check, equal, main
from sdk_table import Table, collect, raises

table = Table(FeaturesClient)


def feature(**properties):
    return {"type": "Feature", "geometry": OREGON, "properties": properties}


class Shape:
    """A geometry of another library."""
    __geo_interface__ = OREGON


@table.covers("features.create_collection", "features.get_collection")
async def create_collection(features, context):
    collection = await features.create_collection("My title", description="described")
    check(collection.startswith("my-title-"), f"id {collection}")
    described = await features.get_collection(collection)
    equal((described["id"], described["title"], described["description"], described["feature_count"]),
          (collection, "My title", "described", 0), "collection")
    equal(await features.get_collection(collection.rsplit("-")[-1]), described, "collection by its bare hash")
    await raises(MissingResource, features.get_collection("none"), "an unknown collection")


@table.covers("features.list_collections")
async def list_collections(features, context):
    made = [await features.create_collection(f"listed {number}") for number in range(25)]
    listed = [collection["id"] async for collection in features.list_collections()]
    check(set(made) <= set(listed), "collections are missing")
    equal(len(set(listed)), len(listed), "distinct collections")
    equal(len(await collect(features.list_collections(limit=12))), 12, "limited list")


@table.covers("features.add_items", "features.get_item")
async def add_items(features, context):
    collection = await features.create_collection("Added")
    references = await features.add_items(collection, feature(id="a", title="A"))
    equal(len(references), 1, "number of references")
    part = references[0].rsplit("/")[-1]
    check(part.startswith("a-"), f"reference {references[0]}")
    for name in ["a", part, part.removeprefix("a-")]:
        found = await features.get_item(collection, name)
        equal((found["id"], found.ref, found["geometry"]), ("a", references[0], OREGON), "feature")
    many = {"type": "FeatureCollection", "features": [feature(id=str(n)) for n in range(3)]}
    references = await features.add_items(collection, many)
    found = [(await features.get_item(collection, str(n))).ref for n in range(3)]
    equal(references, found, "references in the order of the features")
    references = await features.add_items(collection, feature(name="named"), property_id="name")
    equal((await features.get_item(collection, "named")).ref, references[0], "id from a property")
    for bare in [OREGON, Shape()]:
        reference = (await features.add_items(collection, bare))[0]
        equal((await features.get_item(collection, reference.rsplit("/")[-1])).ref, reference, "bare geometry")
    equal((await features.get_collection(collection))["feature_count"], 7, "number of features")
    bow_tie = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
    for bad in [bow_tie, {"type": "Point", "coordinates": [0, 0]}]:
        await raises(BadQuery, features.add_items(collection, bad), f"{bad['type']}")
    await raises(MissingResource, features.get_item(collection, "none"), "an unknown feature")


@table.covers("features.list_items")
async def list_items(features, context):
    collection = await features.create_collection("Listed")
    many = {"type": "FeatureCollection", "features": [feature(id=f"i{n}") for n in range(25)]}
    references = await features.add_items(collection, many)
    listed = await collect(features.list_items(collection, limit=0))
    equal({item.ref for item in listed}, set(references), "all features")
    equal(len(listed), 25, "distinct features")
    equal(len(await collect(features.list_items(collection, limit=12))), 12, "limited list")


@table.fails("features.list_items", "the asynchronous client gives ten items unless told otherwise, its blocking twin all")
async def default_limit(features, context):
    collection = await features.create_collection("Default")
    many = {"type": "FeatureCollection", "features": [feature(id=f"i{n}") for n in range(25)]}
    await features.add_items(collection, many)
    equal(len(await collect(features.list_items(collection))), [10, 25][context.number], "default limit")


@table.covers("features.delete_item")
async def delete_item(features, context):
    collection = await features.create_collection("Item to delete")
    await features.add_items(collection, feature(id="a"))
    await features.delete_item(collection, "a")
    await raises(MissingResource, features.get_item(collection, "a"), "a deleted feature")
    await raises(MissingResource, features.delete_item(collection, "a"), "a deleted feature")
    await raises(ClientError, features.delete_item(collection, ""), "an empty id")


@table.covers("features.delete_collection")
async def delete_collection(features, context):
    collection = await features.create_collection("To delete")
    await features.delete_collection(collection)
    await raises(MissingResource, features.get_collection(collection), "a deleted collection")
    await raises(ClientError, features.delete_collection(""), "an empty id")


main(lambda url, key, directory: table.run(url, key, Path(directory)), 3)
