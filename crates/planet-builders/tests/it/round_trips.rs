use planet_builders::filter::Number;
use planet_builders::{Bundle, Filter, Geometry, ItemType, OrderRequest, OrderType, Product, Timestamp, Tool};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Written as text and read back, it is the same, and writes the same.
fn round_trips<T>(value: &T) -> Result<(), TestCaseError>
where
    T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let text = serde_json::to_string(value).unwrap();
    let read: T = serde_json::from_str(&text).unwrap();
    prop_assert_eq!(&read, value);
    prop_assert_eq!(serde_json::to_string(&read).unwrap(), text);
    Ok(())
}

pub(crate) fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<f64>().prop_filter("finite", |number| number.is_finite()).prop_map(Number::from),
    ]
}

pub(crate) fn time() -> impl Strategy<Value = Timestamp> {
    (-62_135_596_800_i64..253_402_207_200).prop_map(|seconds| Timestamp::from_unix_seconds(seconds).unwrap())
}

fn area() -> impl Strategy<Value = Geometry> {
    prop_oneof![
        (-180.0..179.0, -90.0..89.0, 0.01..1.0)
            .prop_map(|(west, south, size)| { Geometry::bbox(west, south, west + size, south + size).unwrap() }),
        "[a-z]{1,8}-[A-Za-z0-9]{7}"
            .prop_map(|feature| { Geometry::reference(format!("pl:features/my/fields/{feature}")).unwrap() }),
    ]
}

fn leaf() -> impl Strategy<Value = Filter> {
    let texts = prop::collection::vec(".{1,6}", 0..4);
    prop_oneof![
        Just(Filter::permission()),
        Just(Filter::standard_quality()),
        (".{0,8}", number()).prop_map(|(field, low)| { Filter::range(field).gte(low).build().unwrap() }),
        (time(), time()).prop_map(|(a, b)| {
            let range = Filter::date_range("acquired").gt(a.min(b)).lte(a.max(b));
            range.build().unwrap()
        }),
        (".{0,8}", texts).prop_map(|(field, texts)| Filter::string_in(field, texts).unwrap()),
        prop::collection::vec(number(), 0..4).prop_map(|numbers| Filter::number_in("gsd", numbers).unwrap()),
        area().prop_filter_map("no references", |area| Filter::geometry(area).ok()),
        "[a-z_0-9]{1,12}".prop_map(|name| Filter::asset([name]).unwrap()),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        let some = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![some.clone().prop_map(Filter::and), some.prop_map(Filter::or), inner.prop_map(Filter::not),]
    })
}

fn request() -> impl Strategy<Value = OrderRequest> {
    let ids = prop::collection::btree_set("[a-z0-9_]{1,12}", 1..6);
    let product = (ids, any::<bool>()).prop_map(|(ids, fallback)| {
        let product = Product::new(ItemType::PSSCENE, Bundle::ANALYTIC_8B_UDM2, ids);
        if fallback { product.fallback(Bundle::VISUAL) } else { product }
    });
    let products = prop::collection::vec(product, 1..4);
    let kind = prop::option::of(prop::sample::select(vec![OrderType::Full, OrderType::Partial]));
    ("\\PC{0,8}x", products, kind, prop::option::of(area())).prop_map(|(name, products, kind, area)| {
        let mut builder = OrderRequest::builder(name);
        for product in products {
            builder = builder.product(product);
        }
        if let Some(kind) = kind {
            builder = builder.order_type(kind);
        }
        if let Some(area) = area {
            builder = builder.tool(Tool::clip(area));
        }
        builder.build().unwrap()
    })
}

/// JSON in which the words of our documents are frequent.
fn json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "AndFilter",
        "OrFilter",
        "NotFilter",
        "DateRangeFilter",
        "RangeFilter",
        "StringInFilter",
        "NumberInFilter",
        "GeometryFilter",
        "AssetFilter",
        "PermissionFilter",
        "2020-01-01",
        "Point",
        "Polygon",
        "MultiPolygon",
        "Feature",
        "FeatureCollection",
        "ref",
        "pl:features/my/a/b",
        "full",
    ]);
    let key = prop::sample::select(vec![
        "type",
        "config",
        "field_name",
        "gt",
        "lte",
        "coordinates",
        "geometry",
        "features",
        "content",
        "name",
        "products",
        "item_ids",
        "item_type",
        "product_bundle",
        "tools",
        "clip",
        "aoi",
        "order_type",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..5).prop_map(Value::from_iter),
        ]
    })
}

/// A filter of a known type with anything in it.
fn filter_json() -> impl Strategy<Value = Value> {
    let kinds = prop::sample::select(vec![
        "AndFilter",
        "NotFilter",
        "DateRangeFilter",
        "RangeFilter",
        "StringInFilter",
        "GeometryFilter",
    ]);
    (kinds, json(), any::<bool>()).prop_map(|(kind, config, field)| {
        let mut document = json!({"type": kind, "config": config});
        if field {
            document["field_name"] = json!("acquired");
        }
        document
    })
}

/// Products with anything in one of their fields.
fn products_json() -> impl Strategy<Value = Value> {
    let field = prop::sample::select(vec!["item_ids", "item_type", "product_bundle", "new"]);
    let product = (field, json()).prop_map(|(field, anything)| {
        let mut product = json!({"item_ids": ["a"], "item_type": "PSScene", "product_bundle": "visual"});
        product[field] = anything;
        product
    });
    prop::collection::vec(product, 1..3).prop_map(Value::from)
}

/// Tools with anything for parameters or for the area of a clip.
fn tools_json() -> impl Strategy<Value = Value> {
    let tool = (any::<bool>(), json())
        .prop_map(|(clip, anything)| if clip { json!({"clip": {"aoi": anything}}) } else { json!({"clip": anything}) });
    prop::collection::vec(tool, 1..3).prop_map(Value::from)
}

proptest! {
    #[test]
    fn filters_survive_json(filter in filter()) {
        round_trips(&filter)?;
    }

    #[test]
    fn order_requests_survive_json(request in request()) {
        round_trips(&request)?;
        request.check().unwrap();
    }

    #[test]
    fn any_filter_that_is_read_goes_out_as_it_came(document in filter_json()) {
        if let Ok(filter) = serde_json::from_value::<Filter>(document.clone()) {
            prop_assert_eq!(serde_json::to_value(&filter).unwrap(), document);
        }
    }

    #[test]
    fn any_geometry_that_is_read_goes_out_as_it_came(document in json()) {
        if let Ok(geometry) = Geometry::try_from(&document) {
            prop_assert_eq!(&Geometry::try_from(geometry.as_json()).unwrap(), &geometry);
        }
    }

    #[test]
    fn any_order_request_that_is_read_goes_out_as_it_came(products in products_json(), tools in tools_json(), more in json()) {
        let document = json!({"name": "n", "products": products, "tools": tools, "more": more});
        if let Ok(request) = serde_json::from_value::<OrderRequest>(document.clone()) {
            let _checked = request.check();
            prop_assert_eq!(serde_json::to_value(&request).unwrap(), document);
        }
    }

    #[test]
    fn no_text_makes_the_parsers_panic(text in ".{0,60}") {
        let _geometry = text.parse::<Geometry>();
        let _filter = serde_json::from_str::<Filter>(&text);
        let _request = serde_json::from_str::<OrderRequest>(&text);
    }
}
