//! `planet.FeaturesClient`.

use planet::features::Feature;

use super::call::{Call, Method, Methods, Running, json, none};

pub(super) const METHODS: Methods = &[
    ("list_collections", Method::Built(&["limit"], list_collections)),
    ("get_collection", Method::NotBuilt),
    ("list_items", Method::Built(&["collection_id", "limit"], list_items)),
    ("get_item", Method::NotBuilt),
    ("delete_item", Method::NotBuilt),
    ("create_collection", Method::Built(&["title", "description"], create_collection)),
    ("delete_collection", Method::NotBuilt),
    ("add_items", Method::Built(&["collection_id", "feature"], add_items)),
];

/// Those that would do another thing if they were done twice.
pub(super) const ONCE_ONLY: &[&str] = &["create_collection", "add_items"];

fn list_collections<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let collections = call.planet.features().list_collections();
        call.list(collections.items(), call.or_default("limit")?, none).await
    })
}

fn list_items<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let features = call.planet.features().list_items(call.args.get::<String>("collection_id")?);
        call.list(features.items(), call.or_default("limit")?, Feature::reference).await
    })
}

fn create_collection<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let mut collection = call.planet.features().create_collection(call.args.get::<String>("title")?);
        if let Some(text) = call.args.optional::<String>("description")? {
            collection = collection.description(text);
        }
        Ok(collection.await?.id().into())
    })
}

fn add_items<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let collection: String = call.args.get("collection_id")?;
        json(&call.planet.features().add_items(collection, call.args.json("feature")).await?)
    })
}
