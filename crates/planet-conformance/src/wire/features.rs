//! `planet.FeaturesClient`.

use planet::features::{Collection, Feature, NewFeatures};

use super::call::{Call, Method, Methods, Running, json, none};
use crate::args::{Stop, unreadable};

pub(super) const METHODS: Methods = &[
    ("list_collections", Method(&["limit"], list_collections)),
    ("get_collection", Method(&["collection_id"], get_collection)),
    ("list_items", Method(&["collection_id", "limit"], list_items)),
    ("get_item", Method(&["collection_id", "feature_id"], get_item)),
    ("delete_item", Method(&["collection_id", "feature_id"], delete_item)),
    ("create_collection", Method(&["title", "description"], create_collection)),
    ("delete_collection", Method(&["collection_id"], delete_collection)),
    ("add_items", Method(&["collection_id", "feature", "property_id"], add_items)),
];

/// Those that would do another thing if they were done twice.
pub(super) const ONCE_ONLY: &[&str] = &["create_collection", "add_items"];

/// The service's own size of a page, which Python leaves it to.
const THEIRS: u32 = 0;

fn list_collections<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let collections = call.planet.features().list_collections().page_size(THEIRS);
        call.list(collections.items(), call.or_default("limit")?, none::<Collection>).await
    })
}

fn get_collection<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let id: String = call.args.get("collection_id")?;
        json(&call.planet.features().get_collection(id).await?)
    })
}

fn list_items<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let id: String = call.args.get("collection_id")?;
        let features = call.planet.features().list_items(id).page_size(THEIRS);
        call.list(features.items(), call.or_default("limit")?, Feature::reference).await
    })
}

fn get_item<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let (collection, feature): (String, String) = (call.args.get("collection_id")?, call.args.get("feature_id")?);
        let feature = call.planet.features().get_item(collection, feature).await?;
        call.seen().references.push(feature.reference()?.into());
        json(&feature)
    })
}

fn delete_item<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let (collection, feature): (String, String) = (call.args.get("collection_id")?, call.args.get("feature_id")?);
        json(&call.planet.features().delete_item(collection, feature).await?)
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

fn delete_collection<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let id: String = call.args.get("collection_id")?;
        json(&call.planet.features().delete_collection(id).await?)
    })
}

fn add_items<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let id: String = call.args.get("collection_id")?;
        let mut added = call.planet.features().add_items(id, features(call)?);
        if let Some(name) = call.args.optional::<String>("property_id")? {
            added = added.property_id(name);
        }
        json(&added.await?)
    })
}

/// What Python holds as a Feature of the service is one here too.
fn features<'a>(call: &'a Call<'a>) -> Result<NewFeatures, Stop> {
    let document = call.args.json("feature");
    let is_theirs = call.args.raw("feature").is_some_and(|value| value.get("$feature").is_some());
    if !is_theirs {
        return Ok(document.into());
    }
    let feature: Feature = serde_json::from_value(document).map_err(|cause| unreadable(&cause))?;
    Ok(feature.into())
}
