"""200 random nested filters, answered by the sandbox and by brute force: filters.py URL KEY

The whole catalogue is read once. Each filter is then evaluated here, item by item, after the
published description of the filters, and must give the ids that the service gives.
"""
import json
import random
from collections import Counter
from datetime import datetime, timedelta, timezone

from shapely.geometry import mapping, shape
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

from common import Api, check, equal, main

COUNT = 200
DEPTH = 4
SEED = 20200909
UPDATES_SINCE = datetime(2020, 4, 10, tzinfo=timezone.utc)

DATES = ["acquired", "published", "updated"]
# Some items lack some of these, and no item has the last one of each list.
NUMBERS = [
    "cloud_cover", "cloud_percent", "clear_percent", "snow_ice_percent", "heavy_haze_percent", "anomalous_pixels",
    "gsd", "pixel_resolution", "view_angle", "sun_elevation", "sun_azimuth", "satellite_azimuth",
    "visible_percent", "ground_control_ratio",
]
STRINGS = [
    "id", "instrument", "item_type", "provider", "publishing_stage", "quality_category", "satellite_id", "strip_id",
    "ground_control", "catalog_id",
]


class Item:
    """An item of the catalogue, with what is costly to parse kept."""

    def __init__(self, feature):
        self.id = feature["id"]
        self.properties = feature["properties"]
        self.key = key_of(feature)
        self.assets = feature["assets"]
        self.permissions = feature["_permissions"]
        self.footprint = shape(feature["geometry"])
        self.times = {name: time(self.properties[name]) for name in DATES if name in self.properties}

    def text(self, field):
        """What a StringInFilter compares: booleans are searched by their names."""
        value = self.id if field == "id" else self.properties.get(field)
        return str(value).lower() if isinstance(value, bool) else value


def key_of(feature):
    return feature["properties"]["item_type"], feature["id"]


def time(text):
    return datetime.fromisoformat(text)


# --- Evaluation ---------------------------------------------------------------------------------


def matches(node, item):
    config = node["config"]
    field = node.get("field_name")
    match node["type"]:
        case "AndFilter":
            return all(matches(each, item) for each in config)
        case "OrFilter":
            return any(matches(each, item) for each in config)
        case "NotFilter":
            return not matches(config, item)
        case "DateRangeFilter":
            return field in item.times and holds(config, item.times[field], time)
        case "UpdateFilter":
            known = field in item.properties and item.times["published"] >= UPDATES_SINCE
            return known and holds(config, item.times["updated"], time)
        case "RangeFilter":
            return field in item.properties and holds(config, item.properties[field], float)
        case "NumberInFilter":
            return field in item.properties and item.properties[field] in config
        case "StringInFilter":
            return item.text(field) in config
        case "GeometryFilter":
            return getattr(item.footprint, node.get("relation", "intersects"))(shape(config))
        case "AssetFilter":
            return any(asset in item.assets for asset in config)
        case "PermissionFilter":
            return any(permitted(item, permission) for permission in config)


def holds(bounds, value, parse):
    compare = {
        "gt": lambda bound: value > bound,
        "gte": lambda bound: value >= bound,
        "lt": lambda bound: value < bound,
        "lte": lambda bound: value <= bound,
    }
    return all(compare[name](parse(bound)) for name, bound in bounds.items())


def permitted(item, permission):
    return bool(item.permissions) if permission == "assets:download" else permission in item.permissions


# --- Generation ---------------------------------------------------------------------------------


class Generator:
    """Random filters whose values come from the catalogue, so that bounds are hit exactly."""

    def __init__(self, items):
        self.random = random.Random(SEED)
        self.items = items
        self.assets = sorted({asset for item in items for asset in item.assets})

    def filter(self, depth):
        """A filter of at most this depth; a depth of 1 has nothing nested."""
        if depth == 1 or self.random.random() < 0.15:
            return self.leaf()
        kind = self.random.choice(["AndFilter", "OrFilter", "NotFilter"])
        if kind == "NotFilter":
            return {"type": kind, "config": self.filter(depth - 1)}
        fewest = 0 if kind == "AndFilter" else 1
        return {"type": kind, "config": [self.filter(depth - 1) for _ in range(self.random.randint(fewest, 3))]}

    def leaf(self):
        leaves = [self.date_range, self.update, self.range, self.number_in, self.string_in, self.geometry, self.asset,
                  self.permission]
        return self.random.choice(leaves)()

    def item(self):
        return self.random.choice(self.items)

    def value(self, field):
        """A value that some item has, or None if no item has the field."""
        having = [item for item in self.random.choices(self.items, k=50) if field in item.properties]
        return having[0].properties[field] if having else None

    def date_range(self):
        field = self.random.choice(DATES)
        return field_filter("DateRangeFilter", field, self.bounds(lambda: self.instant(field), time))

    def update(self):
        field = self.random.choice(NUMBERS + STRINGS[1:])
        bound = self.random.choice(["gt", "gte"])
        return field_filter("UpdateFilter", field, {bound: self.instant("updated")})

    def instant(self, field):
        """An item's own time, near it, or the same written in another zone."""
        instant = self.item().times[field] + self.random.choice([0, 0, 1, -1, 86400]) * timedelta(seconds=1)
        zone = timezone(timedelta(hours=self.random.choice([0, 0, 0, 2, -7])))
        return instant.astimezone(zone).isoformat().replace("+00:00", "Z")

    def range(self):
        field = self.random.choice(NUMBERS)
        return field_filter("RangeFilter", field, self.bounds(lambda: self.number(field), float))

    def number(self, field):
        value = self.value(field)
        return self.random.randint(0, 100) if value is None else value

    def bounds(self, value, parse):
        low, high = self.random.choice(["gt", "gte"]), self.random.choice(["lt", "lte"])
        both = dict(zip([low, high], sorted([value(), value()], key=parse)))
        kept = self.random.choice([[low], [high], [low, high]])
        return {name: both[name] for name in kept}

    def number_in(self):
        field = self.random.choice(NUMBERS)
        return field_filter("NumberInFilter", field, [self.number(field) for _ in range(self.random.randint(1, 4))])

    def string_in(self):
        field = self.random.choice(STRINGS)
        return field_filter("StringInFilter", field, [self.string(field) for _ in range(self.random.randint(1, 4))])

    def string(self, field):
        """A value that some item has, now and then only its beginning: strings match in full."""
        string = self.item().text(field) or "none"
        return string[:-1] if self.random.random() < 0.1 else string

    def geometry(self):
        found = field_filter("GeometryFilter", "geometry", self.shape())
        relation = self.random.choice([None, None, "intersects", "contains", "within", "disjoint"])
        return {**found, "relation": relation} if relation else found

    def shape(self):
        footprint = self.item().footprint
        x, y = footprint.centroid.x, footprint.centroid.y
        west, south, width, height = (self.random.uniform(0.001, 0.3) for _ in range(4))
        around = box(x - west, y - south, x + width, y + height)
        far = self.item().footprint.centroid
        triangle = Polygon([(x, y), (x + width, y), (x, y + height)])
        holed = Polygon(around.exterior.coords, [triangle_inside(x, y, min(west, south, width, height))])
        line = LineString([(x, y), (far.x + width, far.y)])
        two = MultiPolygon([around, box(far.x + 1, far.y + 1, far.x + 1.1, far.y + 1.1)])
        shapes = [around, triangle, footprint, holed, Point(x, y), line, two]
        return mapping(self.random.choice(shapes))

    def asset(self):
        return {"type": "AssetFilter", "config": self.random.sample(self.assets, self.random.randint(1, 2))}

    def permission(self):
        one = f"assets.{self.random.choice(self.assets)}:download"
        return {"type": "PermissionFilter", "config": [self.random.choice(["assets:download", one])]}


def field_filter(kind, field, config):
    return {"type": kind, "field_name": field, "config": config}


def triangle_inside(x, y, size):
    return [(x - size / 2, y - size / 2), (x, y + size / 2), (x + size / 2, y - size / 2)]


def kinds(node):
    """The types of all filters in a filter."""
    config = node["config"]
    nested = {"AndFilter": config, "OrFilter": config, "NotFilter": [config]}.get(node["type"], [])
    return Counter([node["type"]]) + sum((kinds(each) for each in nested), Counter())


# --- Comparison ---------------------------------------------------------------------------------


def run(url, key):
    api = Api(url, key)
    item_types = [item_type["id"] for item_type in api.get("/data/v1/item-types")["item_types"]]
    items = [Item(feature) for feature in search(api, item_types, {"type": "AndFilter", "config": []})]
    equal(len({item.key for item in items}), len(items), "number of distinct items in the catalogue")
    check(len(items) >= 5000, f"the catalogue has only {len(items)} items")

    generator = Generator(items)
    used, telling = Counter(), 0
    for number in range(1, COUNT + 1):
        node = generator.filter(DEPTH)
        used += kinds(node)
        want = {item.key for item in items if matches(node, item)}
        got = [key_of(feature) for feature in search(api, item_types, node)]
        compare(number, node, got, want)
        telling += 0 < len(want) < len(items)
    equal(len(used), 11, f"filter types used, {used}")
    check(telling > COUNT / 2, f"only {telling} filters match some items and not all")
    print(f"{COUNT} filters, 0 differences ({len(items)} items, {telling} filters matched some but not all)")


def search(api, item_types, node):
    """All items of all pages; the next link stands on each page but the last."""
    page = api.post("/data/v1/quick-search", {"item_types": item_types, "filter": node})
    while page["features"]:
        yield from page["features"]
        following = page["_links"].get("_next")
        if not following:
            return
        page = api.get(following)


def compare(number, node, got, want):
    missing, surplus = sorted(want - set(got))[:5], sorted(set(got) - want)[:5]
    repeated = len(got) - len(set(got))
    check(not (missing or surplus or repeated), f"filter {number} of {COUNT}: {json.dumps(node)}\n"
          f"missing {missing}, surplus {surplus}, {repeated} repeated, of {len(want)} wanted")


main(run, 2)
