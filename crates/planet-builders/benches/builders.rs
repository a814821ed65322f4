//! How long it takes to build, check, write and read requests.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark")]

use std::f64::consts::TAU;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use planet_builders::{Catalogue, Filter, Geometry, ItemType, OrderRequest, Product, Tool};
use serde_json::{Value, json};

/// A polygon like a coastline: a ring around a point whose radius varies.
fn coastline(vertices: u32) -> Value {
    let mut ring: Vec<[f64; 2]> = (0..vertices - 1)
        .map(|n| {
            let turn = f64::from(n) / f64::from(vertices - 1) * TAU;
            let radius = 1.0 + 0.3 * (turn * 7.0).sin();
            [radius * turn.cos() - 117.5, radius * turn.sin() + 45.2]
        })
        .collect();
    ring.push(ring[0]);
    json!({"type": "Polygon", "coordinates": [ring]})
}

/// A filter of 50 nodes, four levels deep.
fn nested() -> Filter {
    let leaf = |n: i32| match n % 4 {
        0 => Filter::range("cloud_cover").lt(f64::from(n) / 50.0).build().unwrap(),
        1 => Filter::date_range("acquired").gte("2020-08-01".parse().unwrap()).build().unwrap(),
        2 => Filter::string_in("instrument", ["PS2", "PSB.SD"]).unwrap(),
        _ => Filter::number_in("gsd", [3.6, 3.7]).unwrap(),
    };
    let branch = |from: i32| Filter::or([Filter::and((from..from + 5).map(leaf)), Filter::not(leaf(from + 5))]);
    // One root, five branches of four inner nodes each counted with their leaves: 1 + 5 * 9, and four more leaves.
    Filter::and((0..5).map(|n| branch(n * 6)).chain((0..4).map(leaf)))
}

fn requests(c: &mut Criterion) {
    let ids: Vec<String> = (0..500).map(|n| format!("20200909_{n:06}_1014")).collect();
    let area = coastline(500);
    c.bench_function("order of 500 items and a clip of 500 vertices: build, check, write", |b| {
        b.iter(|| {
            let product = Product::new(ItemType::PSSCENE, "analytic_udm2", black_box(&ids).iter().cloned());
            let clip = Tool::clip(Geometry::try_from(black_box(&area)).unwrap());
            let request = OrderRequest::builder("oregon").product(product).tool(clip).build().unwrap();
            serde_json::to_vec(&request).unwrap()
        });
    });
}

fn filters(c: &mut Criterion) {
    let filter = nested();
    let text = serde_json::to_string(&filter).unwrap();
    assert_eq!(text.matches("\"type\"").count(), 50);
    c.bench_function("filter of 50 nodes: write", |b| b.iter(|| serde_json::to_vec(black_box(&filter)).unwrap()));
    c.bench_function("filter of 50 nodes: read", |b| {
        b.iter(|| serde_json::from_str::<Filter>(black_box(&text)).unwrap());
    });
}

fn geometry(c: &mut Criterion) {
    for (shape, area) in [("round", coastline(1_500)), ("zigzag", zigzag(1_500))] {
        c.bench_function(&format!("{shape} polygon of 1,500 vertices: read and check"), |b| {
            b.iter(|| Geometry::try_from(black_box(&area)).unwrap());
        });
    }
}

/// A ring that does not go around its centre once: the checks cannot take the short way.
fn zigzag(vertices: u32) -> Value {
    let teeth = f64::from(vertices / 2);
    let along = |n: u32, depth: f64| {
        [f64::from(n) / teeth - 117.5, depth + if n.is_multiple_of(2) { 0.02 } else { 0.0 } + 45.2]
    };
    let half = vertices / 2;
    let there = (0..half).map(|n| along(n, 0.0));
    let back = (0..half - 1).rev().map(|n| along(n, 0.1));
    let mut ring: Vec<[f64; 2]> = there.chain(back).collect();
    ring.push(ring[0]);
    json!({"type": "Polygon", "coordinates": [ring]})
}

fn catalogue(c: &mut Criterion) {
    let catalogue = Catalogue::embedded();
    c.bench_function("catalogue: item type by name in another case", |b| {
        b.iter(|| catalogue.item_type(black_box("psscene")));
    });
    c.bench_function("catalogue: bundle for an item type", |b| {
        b.iter(|| catalogue.bundle_for(black_box("analytic_udm2"), black_box("PSScene")));
    });
}

criterion_group!(benches, requests, filters, geometry, catalogue);
criterion_main!(benches);
