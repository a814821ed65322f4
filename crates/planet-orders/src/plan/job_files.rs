//! The files of a job.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::path::Path;
use std::pin::Pin;

use planet_core::transfer::{Checksum, relative_path};
use planet_core::{Result, Session};

use super::OrderJob;
use super::job_report::{IncompleteJobDownload, complete, is_about_the_order};
use crate::download::{OPERATION, Options, Places, choices, setters};
use crate::validate::validate_checksum;
use crate::{DownloadOrder, OrderReport, Validation};

impl OrderJob {
    /// Downloads the files of all orders, one order after the other, each into a directory named after its id.
    ///
    /// ```
    /// use planet_orders::testing::{Answer, ScriptedTransport};
    /// use planet_orders::{Bundle, Checksum, ItemType, OrderRequest, OrdersClient, Overwrite, Product, ProgressEvent};
    /// use planet_orders::{Retry, Verify};
    /// use serde_json::json;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let folder = folder.path();
    /// # let id = "18389c7e-1831-4de7-8187-d30ffe88b4b7";
    /// # let request = OrderRequest::builder("harvest").product(Product::new(ItemType::PSSCENE, Bundle::VISUAL, ["a"]));
    /// # let offline = OrdersClient::new(&ScriptedTransport::new([]).session().build()?);
    /// # let name = offline.plan(request.clone())?.parts()[0].name().to_owned();
    /// # let results = json!(["manifest.json", "a.tif"].map(|file| json!({
    /// #     "name": format!("{id}/{file}"), "delivery": "success",
    /// #     "location": format!("https://api.planet.com/compute/ops/download/?token={file}"),
    /// # })));
    /// # let order = json!({
    /// #     "id": id, "name": name, "state": "success", "products": [{"item_ids": ["a"]}], "_links": {"results": results},
    /// # });
    /// # let list = json!({"orders": [order], "_links": {}});
    /// # let digests = json!({"md5": "900150983cd24fb0d6963f7d28e17f72"});
    /// # let manifest = json!({"files": [{"path": "a.tif", "size": 3, "media_type": "image/tiff", "digests": digests}]});
    /// let script = ScriptedTransport::new([
    ///     Answer::json(&list),
    ///     Answer::json(&order),
    ///     Answer::json(&manifest),
    ///     Answer::bytes("abc"),
    /// ]);
    /// let orders = OrdersClient::new(&script.session().build()?);
    /// let job = orders.plan(request)?.run().await?;
    ///
    /// let progress = |event: &ProgressEvent| println!("{event}");
    /// let download = job.download().to(folder).at_once(4).progress(progress).overwrite(Overwrite::IfDifferent);
    /// let download = download.verify(Verify::default()).renew_links(true).retry(Retry::default());
    /// let reports = download.paths(["*.tif"]).media_types(["image/*"]).layout("{order_id}/{path}").await?;
    /// let checked = job.validate(folder, Checksum::Md5).await?;
    /// assert_eq!((reports.len(), checked.files, checked.bytes), (1, 1, 3));
    /// # Ok(())
    /// # }
    /// ```
    pub fn download(&self) -> DownloadJob {
        DownloadJob {
            session: self.client().session().clone(),
            ids: self.order_ids().map(str::to_owned).collect(),
            options: Options::default(),
        }
    }

    /// Checks every file of all orders against the manifests that were downloaded with them.
    ///
    /// # Errors
    /// `Integrity`, naming every file of an order that is missing or wrong; `File` if a manifest cannot be read.
    ///
    /// # Cancel safety
    /// Files are only read.
    pub async fn validate(&self, directory: impl AsRef<Path>, checksum: Checksum) -> Result<Validation> {
        let mut all = Validation { files: 0, bytes: 0 };
        for id in self.order_ids() {
            let checked = validate_checksum(directory.as_ref().join(relative_path(id)?), checksum).await?;
            all.files += checked.files;
            all.bytes += checked.bytes;
        }
        Ok(all)
    }
}

/// A download of all orders of a job, into `<directory>/<order id>/` each unless a [`layout`](Self::layout) says otherwise.
/// Await it for the reports.
///
/// Files that are there already, and right, are not fetched again: run it again after a failure. A layout that would put
/// files of two orders into one place is refused before the second of them fetches anything.
///
/// # Errors
/// The first failure, as of [`DownloadOrder`](crate::DownloadOrder). An order that failed, is not finished, has wrong
/// files or none that the filters take does not keep others from being downloaded. Any other failure, such as of the
/// network or the disk, ends it at once, and is the one that the error tells of. The error's source, an
/// [`IncompleteJobDownload`](crate::IncompleteJobDownload), has the reports of the orders that are complete, and the
/// error of each that failed. `InvalidInput`, before anything is sent, for a layout that cannot be read and empty
/// filters.
///
/// # Cancel safety
/// As of [`DownloadOrder`](crate::DownloadOrder).
#[must_use = "a download does nothing until it is awaited"]
pub struct DownloadJob {
    session: Session,
    ids: Vec<String>,
    options: Options,
}

setters!(DownloadJob);
choices!(DownloadJob);

impl DownloadJob {
    async fn run(self) -> Result<Vec<OrderReport>> {
        // Nothing is sent if there is something wrong here.
        self.options.checked().map_err(|error| error.with_operation(OPERATION))?;
        let (mut reports, mut failed) = (Vec::with_capacity(self.ids.len()), Vec::new());
        // A layout may put files of two orders into one place.
        let mut places = Places::default();
        for id in &self.ids {
            let download = DownloadOrder::with(&self.session, id, self.options.clone());
            match download.run(&mut places, None).await {
                Ok(report) => reports.push(report),
                Err(error) => {
                    let goes_on = is_about_the_order(&error);
                    failed.push((id.clone(), error));
                    if !goes_on {
                        break;
                    }
                }
            }
        }
        let not_begun = self.ids.len() - reports.len() - failed.len();
        complete(IncompleteJobDownload { reports, failed, not_begun })
    }
}

impl IntoFuture for DownloadJob {
    type Output = Result<Vec<OrderReport>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for DownloadJob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DownloadJob").field("ids", &self.ids).finish_non_exhaustive()
    }
}
