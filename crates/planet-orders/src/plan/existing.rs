//! What the service already has of a plan.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures_util::TryStreamExt;
use planet_core::{Error, ErrorKind, Result, Session};

use super::name::Prefix;
use super::{OPERATION, PlannedOrder};
use crate::list::List;
use crate::reconcile::ids_in;
use crate::{Order, OrderState};

/// Of a plan with more kinds of parts, such as a thousand areas, the orders are listed by the name of the job: one longer list
/// instead of one for each kind.
const MOST_LISTS: usize = 10;

/// Orders of a plan, by id, as they were last seen.
#[derive(Default)]
pub(super) struct Existing(BTreeMap<String, Order>);

/// What is there of one part.
pub(super) struct Covered {
    pub(super) orders: Vec<Order>,
    /// The items that are in none of them. None: nothing is missing.
    pub(super) missing: Option<Vec<String>>,
}

impl Existing {
    /// Lists the orders of all parts.
    pub(super) async fn look(&mut self, session: &Session, parts: &[PlannedOrder]) -> Result<()> {
        let prefixes: HashSet<&Prefix> = parts.iter().map(|part| &part.prefix).collect();
        let by_digest = prefixes.len() <= MOST_LISTS;
        let texts = prefixes.iter().map(|prefix| if by_digest { prefix.digest() } else { prefix.job() });
        for text in texts.collect::<HashSet<_>>() {
            let list = session.list(List::of_job(text.to_owned()));
            let orders: Vec<Order> =
                list.items().try_collect().await.map_err(|error| error.with_operation(OPERATION))?;
            let ours = orders.into_iter().filter(|order| prefixes.iter().any(|prefix| prefix.begins(order.name())));
            self.0.extend(ours.map(|order| (order.id().to_owned(), order)));
        }
        Ok(())
    }

    /// What is there of each part.
    ///
    /// # Errors
    /// `Decode` if the items of an order cannot be read.
    pub(super) fn of(&self, parts: &[PlannedOrder]) -> Result<Vec<Covered>> {
        let with_items = parts.iter().filter(|part| part.items() > 0).map(|part| &part.prefix);
        let with_items = with_items.collect::<HashSet<_>>().into_iter();
        let holders: HashMap<&Prefix, HashMap<String, &Order>> =
            with_items.map(|prefix| Ok((prefix, self.holders(prefix)?))).collect::<Result<_>>()?;
        Ok(parts.iter().map(|part| self.covered(part, holders.get(&part.prefix))).collect())
    }

    fn covered(&self, part: &PlannedOrder, holders: Option<&HashMap<String, &Order>>) -> Covered {
        let Some(holders) = holders else {
            // An area: the name says all of it.
            let orders: Vec<Order> = self.alive(&part.prefix).cloned().collect();
            return Covered { missing: orders.is_empty().then(Vec::new), orders };
        };
        let (mut orders, mut missing) = (BTreeMap::new(), Vec::new());
        for id in part.ids() {
            match holders.get(id) {
                Some(order) => drop(orders.insert(order.id(), *order)),
                None => missing.push(id.clone()),
            }
        }
        let orders = orders.into_values().cloned().collect();
        Covered { orders, missing: (!missing.is_empty()).then_some(missing) }
    }

    /// Which order has an item. Each order is read once, however many parts there are.
    fn holders(&self, prefix: &Prefix) -> Result<HashMap<String, &Order>> {
        let mut holders = HashMap::new();
        for order in self.alive(prefix) {
            let ids = ids_in(order);
            if ids.is_empty() {
                return Err(unreadable(order));
            }
            holders.extend(ids.into_iter().map(|id| (id, order)));
        }
        Ok(holders)
    }

    /// Orders that deliver, or will. A state that is not known counts as alive: the other way it might be paid twice.
    fn alive(&self, prefix: &Prefix) -> impl Iterator<Item = &Order> {
        let dead = |order: &Order| matches!(order.state(), OrderState::Failed | OrderState::Cancelled);
        self.0.values().filter(move |order| prefix.begins(order.name()) && !dead(order))
    }
}

fn unreadable(order: &Order) -> Error {
    let message = format!("order {} has a name of this plan, and its items cannot be read", order.id());
    Error::new(ErrorKind::Decode, message)
        .with_operation(OPERATION)
        .with_help("Look at that order. Nothing was placed; with another name the plan does not meet it")
}
