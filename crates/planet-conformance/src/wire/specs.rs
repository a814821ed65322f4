//! `planet.specs` with no specification at hand: ours fetches it through the client and looks it up in a `Catalogue`.

use planet::Catalogue;
use planet::builders::catalog::find_name;
use planet_core::Error;
use serde_json::Value;

use super::call::{Call, Method, Methods, Running};
use crate::args::Stop;

pub(super) const METHODS: Methods = &[
    ("get_item_types", Method(&["product_bundle"], item_types)),
    ("get_product_bundles", Method(&["item_type"], bundles)),
    ("get_bundle_names", Method(&[], bundles)),
    ("validate_item_type", Method(&["item_type"], item_type)),
];

fn item_types<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let catalogue = fetched(call).await?;
        Ok(match call.args.optional::<String>("product_bundle")? {
            Some(bundle) => texts(catalogue.item_types_of(&catalogue.bundle(&bundle).map_err(Error::from)?)),
            None => texts(catalogue.orderable_item_types()),
        })
    })
}

fn bundles<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let catalogue = fetched(call).await?;
        Ok(match call.args.optional::<String>("item_type")? {
            Some(name) => texts(catalogue.bundles_of(&orderable(&catalogue, &name)?)),
            None => texts(catalogue.bundles()),
        })
    })
}

fn item_type<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let catalogue = fetched(call).await?;
        Ok(orderable(&catalogue, &call.args.get::<String>("item_type")?)?.into())
    })
}

async fn fetched(call: &Call<'_>) -> Result<Catalogue, Stop> {
    Ok(call.planet.orders().bundles().await?)
}

fn orderable(catalogue: &Catalogue, name: &str) -> Result<String, Stop> {
    let known: Vec<String> = catalogue.orderable_item_types().map(ToString::to_string).collect();
    Ok(find_name(name, &known).map_err(Error::from)?.to_string())
}

fn texts<T: ToString>(names: impl Iterator<Item = T>) -> Value {
    names.map(|name| Value::from(name.to_string())).collect()
}
