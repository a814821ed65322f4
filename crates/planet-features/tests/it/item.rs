//! Getting and deleting features.

use planet_features::{ErrorKind, Feature, FeatureRef};

use crate::setup::{sandbox, square};

#[tokio::test]
async fn a_feature_is_got_and_deleted_by_its_id_or_by_its_reference() {
    let (_sandbox, client) = sandbox().await;
    let collection = client.create_collection("squares").await.unwrap();
    let added = client.add_items(collection.id(), vec![square(1), square(2)]).await.unwrap();
    let reference: FeatureRef = added[0].parse().unwrap();
    assert_eq!(reference.collection(), collection.id());

    let by_id = client.get_item(collection.id(), "1").await.unwrap();
    let by_reference = client.get_item(reference.collection(), reference.feature()).await.unwrap();
    assert_eq!(by_id.as_json(), by_reference.as_json());
    assert_eq!(by_id.reference().unwrap().as_deref(), Some(reference.as_str()));
    assert_eq!(by_id.property::<u32>("number").unwrap(), Some(1));
    assert!(by_id.area().unwrap().unwrap() > 1e9, "in square metres");
    assert_eq!(by_id.geometry().unwrap().unwrap(), square(1)["geometry"]);

    client.delete_item(reference.collection(), reference.feature()).await.unwrap();
    client.delete_item(collection.id(), "2").await.unwrap();
    for id in ["1", "2"] {
        assert_eq!(client.get_item(collection.id(), id).await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(client.delete_item(collection.id(), id).await.unwrap_err().kind(), ErrorKind::NotFound);
    }
}

#[test]
fn a_property_whose_name_has_a_dot_is_found_by_its_name() {
    let field: Feature = serde_json::from_str(
        r#"{"type":"Feature","id":"a","properties":{"SHAPE.AREA":2.5,"soil":{"ph":1,"depth":2},"soil.ph":6.5}}"#,
    )
    .unwrap();
    let values = ["SHAPE.AREA", "soil.ph", "soil.depth", "soil.sand"].map(|name| field.property::<f64>(name).unwrap());
    assert_eq!(values, [Some(2.5), Some(6.5), Some(2.0), None]);
}

#[tokio::test]
async fn what_cannot_be_an_id_is_refused_by_name_before_anything_is_sent() {
    let (sandbox, client) = sandbox().await;
    for bad in ["", ".", "..", "../..", "a/b", "a\\b", "a\nb"] {
        for (error, argument) in [
            (client.get_collection(bad).await.unwrap_err(), "collection_id"),
            (client.delete_collection(bad).await.unwrap_err(), "collection_id"),
            (client.get_item(bad, "f").await.unwrap_err(), "collection_id"),
            (client.get_item("c", bad).await.unwrap_err(), "feature_id"),
            (client.delete_item(bad, "f").await.unwrap_err(), "collection_id"),
            (client.delete_item("c", bad).await.unwrap_err(), "feature_id"),
            (client.add_items(bad, square(1)).await.unwrap_err(), "collection_id"),
            (client.add_many(bad, square(1)).await.unwrap_err(), "collection_id"),
        ] {
            assert_eq!((error.kind(), error.faults()[0].path()), (ErrorKind::InvalidInput, argument), "{bad:?}");
        }
    }
    assert!(sandbox.requests().is_empty());
}
