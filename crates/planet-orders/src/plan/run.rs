//! Placing the orders of a plan.

use std::collections::HashSet;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::{StreamExt, stream};
use planet_core::{Error, ErrorKind, Result};

use super::error::complete;
use super::existing::{Covered, Existing};
use super::turn::Turn;
use super::{JobPart, OrderJob, OrderPlan, PlannedOrder};
use crate::{Order, OrderRequest};

/// How many parts are placed at once. The session's pace decides how fast that goes.
const AT_ONCE: usize = 4;

/// After so many failures in a row that are not about the part itself no other part is begun.
const GIVE_UP: u32 = 3;

type Listener = Arc<dyn Fn(&JobPart) + Send + Sync>;

/// A plan that is being run. Await it for the [job](OrderJob): the handle to all its orders.
///
/// It places what is missing, and can be stopped and run again at any time, by this program or another: what was placed
/// before is found by name in the list of orders and taken over, unless it failed or was cancelled, and what is in it is
/// not ordered again. As an order that was just placed may come into the list late, it looks, waits for the settling time
/// of the client's [`Reconcile`](crate::Reconcile) (60 s unless set), looks again, and only then places anything; with
/// nothing missing it does not wait. [`Reconcile::off`](crate::Reconcile::off) leaves out the wait and the second look: a
/// run soon after one that was stopped, or lost an answer, may then order items a second time.
///
/// What it cannot see it orders again: the service forgets orders 90 days after they finished, and lists to each user only
/// their own.
///
/// A part whose answer is lost is looked for as [`create`](crate::OrdersClient::create) does, and never placed again by the
/// same run. After three failures in a row that are not about the part itself, as of the credential, the quota or the
/// network, no further part is begun.
///
/// ```
/// use planet_orders::testing::{Answer, ScriptedTransport};
/// use planet_orders::{Bundle, ItemType, JobPart, OrderRequest, OrdersClient, Product};
/// use serde_json::json;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() -> planet_orders::Result<()> {
/// let nothing = || Answer::json(&json!({"orders": [], "_links": {}}));
/// let placed = json!({"id": "18389c7e-1831-4de7-8187-d30ffe88b4b7", "state": "queued"});
/// let script = ScriptedTransport::new([nothing(), nothing(), Answer::json(&placed)]);
/// let orders = OrdersClient::new(&script.session().build()?);
///
/// let product = Product::new(ItemType::PSSCENE, Bundle::VISUAL, ["20200925_161029_69_2223"]);
/// let plan = orders.plan(OrderRequest::builder("harvest").product(product))?;
/// let job = plan.run().at_once(2).on_part(|part: &JobPart| println!("{}: {}", part.name(), part.orders().len())).await?;
/// assert!(job.order_ids().eq(["18389c7e-1831-4de7-8187-d30ffe88b4b7"]));
/// assert!(job.parts()[0].is_new());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// If a part was not placed, the error's source is an [`IncompleteJob`](crate::IncompleteJob): it has the job with all
/// other parts, and each part's own error. `Conflict` if the same plan is being run by this program. Whatever goes wrong
/// while it looks ends the run before anything is placed.
///
/// # Cancel safety
/// Dropping the future may leave orders placed, also one whose answer it did not wait for. Run the plan again: it finds
/// them. Two programs that run the same plan at the same time do not see each other's orders in time.
#[must_use = "a plan is not run until it is awaited"]
pub struct RunPlan {
    plan: OrderPlan,
    at_once: usize,
    on_part: Option<Listener>,
}

impl RunPlan {
    pub(super) fn new(plan: OrderPlan) -> Self {
        Self { plan, at_once: AT_ONCE, on_part: None }
    }

    /// How many parts are placed at once. Default: 4. The rate at which orders are placed is the session's.
    pub fn at_once(mut self, parts: usize) -> Self {
        self.at_once = parts.max(1);
        self
    }

    /// Called with each part once it is known what became of it. It must not block.
    pub fn on_part(mut self, listener: impl Fn(&JobPart) + Send + Sync + 'static) -> Self {
        self.on_part = Some(Arc::new(listener));
        self
    }

    async fn run(self) -> Result<OrderJob> {
        let OrderPlan { client, name, parts } = &self.plan;
        let origin = client.session().endpoint().origin();
        let names = parts.iter().map(|part| format!("{origin} {}", part.prefix));
        let _turn = Turn::take(names.collect::<HashSet<_>>())?;
        let covered = self.look().await?;

        let (mut done, mut missing) = (Vec::new(), Vec::new());
        for (index, (part, covered)) in parts.iter().zip(covered).enumerate() {
            match covered.missing {
                None => {
                    let part = JobPart::there(part, covered.orders);
                    self.tell(&part);
                    done.push((index, part));
                }
                Some(ids) => missing.push((index, part, covered.orders, part.request_for(ids)?)),
            }
        }
        done.extend(self.place(missing).await);
        done.sort_by_key(|(index, _)| *index);
        let job = OrderJob::new(client.clone(), name.clone(), done.into_iter().map(|(_, part)| part).collect());
        complete(job)
    }

    /// What the service has of each part. If something is missing, it may have been placed a moment ago.
    async fn look(&self) -> Result<Vec<Covered>> {
        let OrderPlan { client, parts, .. } = &self.plan;
        let mut existing = Existing::default();
        existing.look(client.session(), parts).await?;
        let covered = existing.of(parts)?;
        let complete = covered.iter().all(|covered| covered.missing.is_none());
        let Some(settle) = client.settling_time().filter(|_| !complete) else {
            return Ok(covered);
        };
        tokio::time::sleep(settle).await;
        existing.look(client.session(), parts).await?;
        existing.of(parts)
    }

    async fn place(&self, missing: Vec<(usize, &PlannedOrder, Vec<Order>, OrderRequest)>) -> Vec<(usize, JobPart)> {
        let in_a_row = AtomicU32::new(0);
        let begin = |(index, part, orders, request): (usize, &PlannedOrder, Vec<Order>, OrderRequest)| {
            let (client, in_a_row) = (&self.plan.client, &in_a_row);
            let part = JobPart::there(part, orders);
            async move {
                if in_a_row.load(Ordering::Relaxed) >= GIVE_UP {
                    return (index, part.left_out());
                }
                match client.create(request).await {
                    Ok(order) => {
                        in_a_row.store(0, Ordering::Relaxed);
                        (index, part.placed(order))
                    }
                    Err(error) => {
                        if !is_about_the_part(&error) {
                            in_a_row.fetch_add(1, Ordering::Relaxed);
                        }
                        (index, part.failed(error))
                    }
                }
            }
        };
        let mut placing = stream::iter(missing.into_iter().map(begin)).buffer_unordered(self.at_once);
        let mut done = Vec::new();
        while let Some((index, part)) = placing.next().await {
            self.tell(&part);
            done.push((index, part));
        }
        done
    }

    fn tell(&self, part: &JobPart) {
        if let Some(listener) = &self.on_part {
            listener(part);
        }
    }
}

/// Would other parts fare better? Not where the credential, the quota or the network is the matter.
fn is_about_the_part(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Rejected | ErrorKind::Forbidden)
}

impl IntoFuture for RunPlan {
    type Output = Result<OrderJob>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for RunPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunPlan").field("plan", &self.plan).field("at_once", &self.at_once).finish_non_exhaustive()
    }
}
