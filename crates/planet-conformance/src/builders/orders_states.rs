//! `planet.clients.orders.OrderStates`: the order of the states.

use planet::orders::OrderState;
use serde_json::Value;

use super::Function;
use crate::args::{Args, Stop};

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("orders.OrderStates.is_final", |args| Ok(state(args, "test")?.is_final().into())),
    ("orders.OrderStates.reached", |args| both(args, OrderState::reached)),
    ("orders.OrderStates.passed", |args| both(args, OrderState::passed)),
];

fn both(args: &Args<'_>, compare: fn(&OrderState, &OrderState) -> bool) -> Result<Value, Stop> {
    Ok(compare(&state(args, "test")?, &state(args, "state")?).into())
}

fn state(args: &Args<'_>, name: &str) -> Result<OrderState, Stop> {
    args.get::<String>(name).map(OrderState::from)
}
