//! `planet.Session`: the clients by their names.

use std::any::type_name_of_val;

use serde_json::Value;

use super::call::{Call, Method, Methods, Running};
use crate::args::{Stop, Takes};

pub(super) const METHODS: Methods = &[("client", Method(&["name"], client))];

/// Python's clients that have no crate here yet.
const LATER: [&str; 4] = ["subscriptions", "mosaics", "destinations", "quota"];

fn client<'a>(call: &'a Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let planet = &call.planet;
        match call.args.get::<String>("name")?.as_str() {
            "data" => Ok(name_of(&planet.data())),
            "orders" => Ok(name_of(&planet.orders())),
            "features" => Ok(name_of(&planet.features())),
            other if LATER.contains(&other) => Err(Stop::RuledOut(Takes::LaterClient)),
            _ => Err(Stop::RuledOut(Takes::Client)),
        }
    })
}

fn name_of<T>(client: &T) -> Value {
    type_name_of_val(client).rsplit("::").next().into()
}
