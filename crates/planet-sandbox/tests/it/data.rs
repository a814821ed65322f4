use std::collections::HashSet;
use std::time::Duration;

use planet_sandbox::{Clock, Sandbox};
use serde_json::{Value, json};

use crate::http::{call, follow, get, post};

pub(crate) async fn sandbox() -> Sandbox {
    Sandbox::builder().clock(Clock::Manual).limits(false).start().await.unwrap()
}

pub(crate) fn everything() -> Value {
    json!({ "item_types": ["PSScene"], "filter": { "type": "AndFilter", "config": [] } })
}

/// Items by a search that asks for this filter.
pub(crate) async fn items(sandbox: &Sandbox, filter: Value) -> Vec<Value> {
    let body = json!({ "item_types": ["PSScene"], "filter": filter });
    let page = post(sandbox, "/data/v1/quick-search", &body).await.expect(200).json();
    page["features"].as_array().unwrap().clone()
}

/// The names of all pages' items, and the sizes of the pages.
async fn walk(sandbox: &Sandbox, query: &str) -> (Vec<Value>, Vec<usize>) {
    let path = format!("/data/v1/quick-search{query}");
    let mut page = post(sandbox, &path, &everything()).await.expect(200).json();
    let (mut items, mut sizes) = (Vec::new(), Vec::new());
    loop {
        let features = page["features"].as_array().unwrap();
        sizes.push(features.len());
        assert!(sizes.len() < 100, "the list does not end");
        items.extend(features.iter().cloned());
        match page["_links"].get("_next") {
            Some(next) => page = follow(sandbox, next).await.expect(200).json(),
            None => return (items, sizes),
        }
    }
}

async fn count(sandbox: &Sandbox, mut body: Value) -> usize {
    body["interval"] = json!("year");
    let stats = post(sandbox, "/data/v1/stats", &body).await.expect(200).json();
    let counts = stats["buckets"].as_array().unwrap().iter();
    counts.map(|bucket| bucket["count"].as_u64().unwrap() as usize).sum()
}

#[tokio::test]
async fn pages_cover_every_item_exactly_once_in_order() {
    let sandbox = sandbox().await;
    let total = count(&sandbox, everything()).await;
    for (query, field, descending) in [
        ("", "published", true),
        ("?_sort=published+asc", "published", false),
        ("?_sort=acquired%20desc&_page_size=100", "acquired", true),
        ("?_sort=acquired%20asc", "acquired", false),
    ] {
        let (items, sizes) = walk(&sandbox, query).await;
        let ids: HashSet<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
        assert_eq!((items.len(), ids.len()), (total, total), "{query}");
        let (last, full) = sizes.split_last().unwrap();
        assert!(full.iter().all(|size| *size == full[0]) && *last <= full[0] && *last > 0, "{sizes:?}");
        let mut sorted = items.clone();
        let time = |item: &Value| -> jiff::Timestamp { item["properties"][field].as_str().unwrap().parse().unwrap() };
        sorted.sort_by_key(|item| item["id"].as_str().unwrap().to_owned());
        sorted.sort_by(|a, b| {
            let order = time(a).cmp(&time(b));
            if descending { order.reverse() } else { order }
        });
        assert!(sorted == items, "{query}");
    }
}

#[tokio::test]
async fn a_page_holds_at_most_the_cap() {
    let sandbox = Sandbox::builder().page_cap(7).start().await.unwrap();
    for (query, expected) in [("", 7), ("?_page_size=5", 5), ("?_page_size=100", 7)] {
        let path = format!("/data/v1/quick-search{query}");
        let page = post(&sandbox, &path, &everything()).await.expect(200).json();
        assert_eq!(page["features"].as_array().unwrap().len(), expected);
    }
}

#[tokio::test]
async fn the_previous_page_is_the_one_before() {
    let sandbox = sandbox().await;
    let path = "/data/v1/quick-search?_page_size=3";
    let first = post(&sandbox, path, &everything()).await.expect(200).json();
    let second = follow(&sandbox, &first["_links"]["_next"]).await.expect(200).json();
    let third = follow(&sandbox, &second["_links"]["_next"]).await.expect(200).json();
    assert_eq!(first["_links"].get("_prev"), None);
    let back = follow(&sandbox, &third["_links"]["_prev"]).await.expect(200).json();
    assert_eq!(back["features"], second["features"]);
    let again = follow(&sandbox, &second["_links"]["_self"]).await.expect(200).json();
    assert_eq!(again, second);
    let start = follow(&sandbox, &third["_links"]["_first"]).await.expect(200).json();
    assert_eq!(start["features"], first["features"]);
}

#[tokio::test]
async fn the_last_page_can_lead_to_an_empty_one() {
    let sandbox = Sandbox::builder().next_on_last_page(true).limits(false).start().await.unwrap();
    let (_, sizes) = walk(&sandbox, "").await;
    assert_eq!(sizes.last(), Some(&0));
    assert_eq!(sizes.iter().filter(|size| **size == 0).count(), 1);
}

#[tokio::test]
async fn bad_searches_are_refused_as_recorded() {
    let sandbox = sandbox().await;
    let search = async |change: &dyn Fn(&mut Value)| {
        let mut body = everything();
        change(&mut body);
        post(&sandbox, "/data/v1/quick-search", &body).await.expect(400).json()
    };
    assert_eq!(
        search(&|body| body["interval"] = json!("day")).await,
        json!({ "general": [{ "message": "{\"interval\": \"Rogue field\"}" }], "field": {} })
    );
    assert_eq!(
        search(&|body| body["filter"] = json!({ "config": [] })).await,
        json!({ "field": { "filter.type": [{ "message": "'type' is a required property" }] }, "general": [] })
    );
    for field in ["item_types", "filter"] {
        let answer = search(&|body| {
            body.as_object_mut().unwrap().remove(field);
        })
        .await;
        assert_eq!(answer["field"][field][0]["message"], format!("'{field}' is a required property"));
    }
    let answer = search(&|body| body["item_types"] = json!(["Nonsense"])).await;
    assert!(answer["field"]["item_types"][0]["message"].as_str().unwrap().contains("Nonsense"));
    let answer = search(&|body| body["geometry"] = json!({ "type": "Circle" })).await;
    assert!(answer["field"].get("geometry").is_some(), "{answer}");
    let answer = search(&|body| body["geometry"] = json!({ "type": "ref", "content": "pl:features/my/no/no" })).await;
    assert!(answer["field"].get("geometry").is_some(), "{answer}");
}

#[tokio::test]
async fn a_member_that_no_filter_has_is_not_modelled() {
    let sandbox = sandbox().await;
    let area = items(&sandbox, json!({ "type": "AndFilter", "config": [] })).await[0]["geometry"].clone();
    let misspelt =
        json!({ "type": "GeometryFilter", "field_name": "geometry", "config": area, "relatoin": "disjoint" });
    let mut body = everything();
    body["filter"] = json!({ "type": "AndFilter", "config": [misspelt] });
    let answer = post(&sandbox, "/data/v1/quick-search", &body).await.expect(501).json();
    assert_eq!(answer["message"], "A filter with 'filter.config.0.relatoin' is not modelled by the sandbox");
    body["item_types"] = json!(["Nonsense"]);
    post(&sandbox, "/data/v1/quick-search", &body).await.expect(400);
}

#[tokio::test]
async fn a_name_or_switch_of_another_type_is_refused() {
    let sandbox = sandbox().await;
    let with = |name: Value, daily_email: Value| {
        let mut body = everything();
        body["name"] = name;
        body["__daily_email_enabled"] = daily_email;
        body
    };
    let mut quick = everything();
    quick["name"] = json!(5);
    let cases = [
        ("/data/v1/quick-search", quick, "name", "5 is not of type 'string'"),
        ("/data/v1/searches", with(json!(5), json!(true)), "name", "5 is not of type 'string'"),
        (
            "/data/v1/searches",
            with(json!("n"), json!("yes")),
            "__daily_email_enabled",
            "\"yes\" is not of type 'boolean'",
        ),
    ];
    for (path, body, field, text) in cases {
        let answer = post(&sandbox, path, &body).await.expect(400).json();
        assert_eq!(answer, json!({ "field": { field: [{ "message": text }] }, "general": [] }));
    }
    let listed = get(&sandbox, "/data/v1/searches").await.expect(200).json();
    assert_eq!(listed["searches"], json!([]));
}

#[tokio::test]
async fn a_bad_page_or_sort_is_refused() {
    let sandbox = sandbox().await;
    for query in ["_sort=nonsense", "_sort=created+desc", "_page_size=0", "_page_size=x"] {
        let path = format!("/data/v1/quick-search?{query}");
        post(&sandbox, &path, &everything()).await.expect(400);
    }
    let page = post(&sandbox, "/data/v1/quick-search", &everything()).await.expect(200).json();
    let first = page["_links"]["_first"].as_str().unwrap();
    let (results, _) = first.split_once("_page=").unwrap();
    follow(&sandbox, &json!(format!("{results}_page=x"))).await.expect(400);
}

#[tokio::test]
async fn geometry_and_asset_types_narrow_a_search() {
    let sandbox = sandbox().await;
    let item = &items(&sandbox, json!({ "type": "AndFilter", "config": [] })).await[0];
    let mut body = everything();
    body["geometry"] = item["geometry"].clone();
    let near = count(&sandbox, body.clone()).await;
    let filter = json!({ "type": "GeometryFilter", "field_name": "geometry", "config": item["geometry"] });
    let with_filter = |filter: Value| json!({ "item_types": ["PSScene"], "filter": filter });
    assert!(near > 0 && near < count(&sandbox, everything()).await);
    assert_eq!(near, count(&sandbox, with_filter(filter.clone())).await);
    body["asset_types"] = json!(["ortho_analytic_8b"]);
    let with_asset = json!({ "type": "AssetFilter", "config": ["ortho_analytic_8b"] });
    let both = with_filter(json!({ "type": "AndFilter", "config": [filter, with_asset] }));
    let fewer = count(&sandbox, body).await;
    assert!(fewer > 0 && fewer < near);
    assert_eq!(fewer, count(&sandbox, both).await);
}

#[tokio::test]
async fn an_asset_is_activated_in_time_and_its_link_leads_to_its_bytes() {
    let sandbox = sandbox().await;
    let item =
        &items(&sandbox, json!({ "type": "PermissionFilter", "config": ["assets.ortho_visual:download"] })).await[0];
    let assets = follow(&sandbox, &item["_links"]["assets"]).await.expect(200).json();
    let asset = &assets["ortho_visual"];
    assert_eq!(asset["status"], "inactive");
    assert_eq!(asset.get("location"), None);
    let activate = &asset["_links"]["activate"];
    assert!(follow(&sandbox, activate).await.expect(202).body.is_empty());
    let again = async || follow(&sandbox, &asset["_links"]["_self"]).await.expect(200).json();
    assert_eq!(again().await["status"], "activating");
    follow(&sandbox, activate).await.expect(202);
    sandbox.advance(Duration::from_secs(1));
    follow(&sandbox, activate).await.expect(204);
    let active = again().await;
    assert_eq!(active["status"], "active");
    let (bytes, name) = crate::files::download(&active["location"]).await;
    assert_eq!(crate::files::md5(&bytes), active["md5_digest"]);
    assert!(name.starts_with(item["id"].as_str().unwrap()) && name.ends_with(".tif"), "{name}");
    let expires = active["expires_at"].as_str().unwrap();
    assert!(expires.parse::<jiff::civil::DateTime>().is_ok() && !expires.ends_with('Z'), "{expires}");
}

#[tokio::test]
async fn an_asset_without_permission_cannot_be_activated() {
    let sandbox = sandbox().await;
    let filter =
        json!({ "type": "NotFilter", "config": { "type": "PermissionFilter", "config": ["assets:download"] } });
    let item = &items(&sandbox, filter).await[0];
    let assets = follow(&sandbox, &item["_links"]["assets"]).await.expect(200).json();
    let (_, asset) = assets.as_object().unwrap().iter().next().unwrap();
    assert_eq!(asset["_permissions"], json!([]));
    follow(&sandbox, &asset["_links"]["activate"]).await.expect(401);
}

#[tokio::test]
async fn a_saved_search_lives_from_creation_to_deletion() {
    let sandbox = sandbox().await;
    let mut body = everything();
    body["name"] = json!("mine");
    body["__daily_email_enabled"] = json!(true);
    let created = post(&sandbox, "/data/v1/searches", &body).await.expect(200).json();
    assert_eq!((&created["search_type"], &created["last_executed"]), (&json!("saved"), &Value::Null));
    assert_eq!(created["__daily_email_enabled"], true);
    let link = &created["_links"]["_self"];
    assert_eq!(follow(&sandbox, link).await.expect(200).json(), created);

    sandbox.advance(Duration::from_secs(1));
    let results = json!(format!("{}?_sort=acquired%20asc", created["_links"]["results"].as_str().unwrap()));
    let page = follow(&sandbox, &results).await.expect(200).json();
    assert_eq!(page["features"].as_array().unwrap().len(), 250);
    assert_ne!(follow(&sandbox, link).await.json()["last_executed"], Value::Null);

    body["name"] = json!("yours");
    body["filter"] = json!({ "type": "StringInFilter", "field_name": "id", "config": ["none"] });
    let path = link.as_str().unwrap().strip_prefix(sandbox.url()).unwrap();
    let updated = call(&sandbox, "PUT", path, body.to_string().as_bytes()).await.unwrap();
    assert_eq!(updated.expect(200).json()["name"], "yours");
    for results in [&results, &created["_links"]["results"]] {
        let page = follow(&sandbox, results).await.expect(200).json();
        assert_eq!(page["features"], json!([]));
    }

    call(&sandbox, "DELETE", path, b"").await.unwrap().expect(204);
    let id = created["id"].as_str().unwrap();
    let gone = follow(&sandbox, link).await.expect(404).json();
    assert_eq!(gone, json!({ "message": format!("The requested search id does not exist: {id}") }));
    follow(&sandbox, &created["_links"]["results"]).await.expect(404);
}

#[tokio::test]
async fn searches_are_listed_by_kind_newest_first() {
    let sandbox = sandbox().await;
    for name in ["a", "b", "c"] {
        let mut body = everything();
        body["name"] = json!(name);
        post(&sandbox, "/data/v1/searches", &body).await.expect(200);
        sandbox.advance(Duration::from_secs(1));
    }
    post(&sandbox, "/data/v1/quick-search", &everything()).await.expect(200);
    let names = async |query: &str| {
        let page = get(&sandbox, &format!("/data/v1/searches{query}")).await.expect(200).json();
        let searches = page["searches"].as_array().unwrap().clone();
        searches.iter().map(|search| search["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("?search_type=saved").await, ["c", "b", "a"]);
    assert_eq!(names("?search_type=saved&_sort=created%20asc").await, ["a", "b", "c"]);
    assert_eq!(names("?search_type=quick").await.len(), 1);
    assert_eq!(names("").await.len(), 4);
    let first = get(&sandbox, "/data/v1/searches?search_type=saved&_page_size=2").await.json();
    let second = follow(&sandbox, &first["_links"]["_next"]).await.expect(200).json();
    assert_eq!(second["searches"][0]["name"], "a");
    assert_eq!(follow(&sandbox, &second["_links"]["_prev"]).await.expect(200).json()["searches"], first["searches"]);
}

#[tokio::test]
async fn pages_of_searches_lead_on_at_both_ends_to_empty_ones_that_lead_nowhere() {
    let sandbox = sandbox().await;
    let path = "/data/v1/searches?search_type=saved&_page_size=2";
    let empty = get(&sandbox, path).await.expect(200).json();
    let mut body = everything();
    for name in ["a", "b", "c"] {
        body["name"] = json!(name);
        post(&sandbox, "/data/v1/searches", &body).await.expect(200);
    }
    let first = get(&sandbox, path).await.expect(200).json();
    let last = follow(&sandbox, &first["_links"]["_next"]).await.expect(200).json();
    assert_eq!((first["searches"].as_array().unwrap().len(), last["searches"].as_array().unwrap().len()), (2, 1));
    let before = follow(&sandbox, &first["_links"]["_prev"]).await.expect(200).json();
    let after = follow(&sandbox, &last["_links"]["_next"]).await.expect(200).json();
    for page in [empty, before, after] {
        assert_eq!(page["searches"], json!([]));
        assert_eq!(page["_links"].as_object().unwrap().keys().collect::<Vec<_>>(), ["_first", "_self"]);
    }
}

#[tokio::test]
async fn an_estimate_of_coverage_is_the_figure_of_the_item() {
    let sandbox = sandbox().await;
    let filter = json!({ "type": "RangeFilter", "field_name": "snow_ice_percent", "config": { "gte": 0 } });
    let item = &items(&sandbox, filter).await[0];
    let path = format!("/data/v1/item-types/PSScene/items/{}/coverage?mode=estimate", item["id"].as_str().unwrap());
    let body = json!({ "geometry": item["geometry"] });
    let clear = post(&sandbox, &path, &body).await.expect(200).json();
    assert_eq!(clear, json!({ "clear_percent": item["properties"]["clear_percent"], "status": "complete" }));
    let snow = post(&sandbox, &format!("{path}&band=snow"), &body).await.expect(200).json();
    assert_eq!(snow, json!({ "snow_percent": item["properties"]["snow_ice_percent"], "status": "complete" }));
    post(&sandbox, &path, &json!({})).await.expect(400);
    let rogue =
        post(&sandbox, &path, &json!({ "geometry": item["geometry"], "band": "snow" })).await.expect(400).json();
    assert_eq!(rogue, json!({ "general": [{ "message": "{\"band\": \"Rogue field\"}" }], "field": {} }));
    post(&sandbox, &format!("{path}&band=colour"), &body).await.expect(400);
    post(&sandbox, &path.replace("estimate", "best"), &body).await.expect(400);
    let elsewhere = json!({ "geometry": { "type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]] } });
    post(&sandbox, &path, &elsewhere).await.expect(400);
}

#[tokio::test]
async fn coverage_counts_the_pixels_of_the_mask_inside_the_area() {
    let sandbox = sandbox().await;
    let filter = json!({ "type": "AndFilter", "config": [
        { "type": "RangeFilter", "field_name": "cloud_percent", "config": { "gte": 40, "lte": 60 } },
        { "type": "RangeFilter", "field_name": "clear_percent", "config": { "gte": 20 } },
    ] });
    let item = &items(&sandbox, filter).await[0];
    let path = format!("/data/v1/item-types/PSScene/items/{}/coverage", item["id"].as_str().unwrap());
    let percent = async |band: &str, geometry: &Value| {
        let body = json!({ "geometry": geometry });
        let answer = post(&sandbox, &format!("{path}?band={band}"), &body).await.expect(200).json();
        answer[format!("{band}_percent")].as_i64().unwrap()
    };
    let whole = percent("cloud", &item["geometry"]).await;
    assert!((whole - item["properties"]["cloud_percent"].as_i64().unwrap()).abs() <= 2, "{whole}");
    let ring = item["geometry"]["coordinates"][0].as_array().unwrap();
    let quarters = (0..4).map(|at| {
        let corner = |n: usize| [ring[n % 4][0].as_f64().unwrap(), ring[n % 4][1].as_f64().unwrap()];
        let middle = |a: [f64; 2], b: [f64; 2]| [(a[0] + b[0]) / 2.0, (a[1] + b[1]) / 2.0];
        let corners = [corner(at), middle(corner(at), corner(at + 1)), middle(corner(at), corner(at + 2))];
        json!({ "type": "Polygon", "coordinates": [[corners[0], corners[1], corners[2], corners[0]]] })
    });
    let mut found = HashSet::new();
    for quarter in quarters {
        let mut all = 0;
        for band in ["clear", "snow", "shadow", "light_haze", "heavy_haze", "cloud"] {
            all += percent(band, &quarter).await;
        }
        assert_eq!(all, 100);
        found.insert(percent("cloud", &quarter).await);
    }
    assert!(found.len() > 1, "{found:?}");
}

#[tokio::test]
async fn a_quick_search_lives_thirty_days_and_a_saved_one_for_ever() {
    let sandbox = sandbox().await;
    let page = post(&sandbox, "/data/v1/quick-search", &everything()).await.expect(200).json();
    let mut body = everything();
    body["name"] = json!("kept");
    let saved = post(&sandbox, "/data/v1/searches", &body).await.expect(200).json();
    let day = Duration::from_secs(24 * 3600);
    sandbox.advance(day * 30 - Duration::from_secs(1));
    follow(&sandbox, &page["_links"]["_next"]).await.expect(200);
    sandbox.advance(Duration::from_secs(1));
    follow(&sandbox, &page["_links"]["_next"]).await.expect(404);
    let listed = get(&sandbox, "/data/v1/searches").await.expect(200).json();
    assert_eq!(listed["searches"], json!([follow(&sandbox, &saved["_links"]["_self"]).await.json()]));
}

#[tokio::test]
async fn stats_have_every_interval_and_refuse_an_offset() {
    let sandbox = sandbox().await;
    let filter = json!({ "type": "DateRangeFilter", "field_name": "acquired",
        "config": { "gte": "2020-01-01T00:00:00Z", "lt": "2020-03-01T00:00:00Z" } });
    let mut counts = HashSet::new();
    for interval in ["hour", "day", "week", "month", "year"] {
        let body = json!({ "item_types": ["PSScene"], "filter": filter, "interval": interval });
        let stats = post(&sandbox, "/data/v1/stats", &body).await.expect(200).json();
        let buckets = stats["buckets"].as_array().unwrap();
        assert!(buckets.iter().map(|bucket| bucket["start_time"].as_str().unwrap()).is_sorted());
        counts.insert(buckets.iter().map(|bucket| bucket["count"].as_u64().unwrap()).sum::<u64>());
        let empty = buckets.iter().filter(|bucket| bucket["count"] == 0).count();
        assert!(empty > 0 || interval != "hour");
    }
    assert_eq!(counts.len(), 1);
    let mut body = json!({ "item_types": ["PSScene"], "filter": filter, "interval": "decade" });
    post(&sandbox, "/data/v1/stats", &body).await.expect(400);
    body["interval"] = json!("day");
    body["utc_offset"] = json!("+1h");
    post(&sandbox, "/data/v1/stats", &body).await.expect(501);
}

#[tokio::test]
async fn a_sandbox_can_have_more_scenes() {
    let sandbox = Sandbox::builder().scenes(12_000).limits(false).start().await.unwrap();
    let found = count(&sandbox, everything()).await;
    assert!((11_900..=12_050).contains(&found), "{found}");
}
