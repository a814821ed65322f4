//! Items as they are recorded.

use planet_data::Item;
use serde_json::Value;

#[test]
fn a_recorded_item_is_read_and_goes_out_as_it_came() {
    let text = include_str!("../../fixtures/data_item_psscene.json");
    let item: Item = serde_json::from_str(text).unwrap();
    assert_eq!(item.id(), "20220125_075509_67_1061");
    assert_eq!(item.item_type().unwrap().as_deref(), Some("PSScene"));
    assert_eq!(item.acquired().unwrap().unwrap().to_string(), "2022-01-25T07:55:09.676173Z");
    assert_eq!(item.cloud_cover().unwrap(), Some(0.0));
    assert_eq!(item.property::<bool>("ground_control").unwrap(), Some(true));
    assert_eq!(item.assets().unwrap().len(), 9);
    assert_eq!(item.geometry().unwrap().unwrap()["type"], "Polygon");
    let document: Value = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_value(&item).unwrap(), document);
}

#[test]
fn an_item_without_assets_has_none() {
    let item: Item = serde_json::from_str(r#"{"id":"a","properties":{}}"#).unwrap();
    assert!(item.assets().unwrap().is_empty());
    assert_eq!(item.acquired().unwrap(), None);
}

#[test]
fn a_property_whose_name_has_a_dot_is_found_by_its_name() {
    let item: Item = serde_json::from_str(
        r#"{"type":"Feature","id":"a","properties":{"SHAPE.AREA":2.5,"soil":{"ph":1,"depth":2},"soil.ph":6.5}}"#,
    )
    .unwrap();
    let values = ["SHAPE.AREA", "soil.ph", "soil.depth", "soil.sand"].map(|name| item.property::<f64>(name).unwrap());
    assert_eq!(values, [Some(2.5), Some(6.5), Some(2.0), None]);
}

#[test]
fn a_value_of_another_type_is_an_error_that_names_its_place() {
    let item: Item = serde_json::from_str(r#"{"id":"a","properties":{"cloud_cover":"much"}}"#).unwrap();
    assert!(item.cloud_cover().unwrap_err().to_string().contains("properties.cloud_cover"));
}
