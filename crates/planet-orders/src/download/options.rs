//! What may be chosen for the files of an order, of the orders of a job, and for their repair.

use std::path::PathBuf;
use std::sync::Arc;

use planet_core::transfer::{Overwrite, Verify};
use planet_core::{Call, Operation, Progress, ProgressEvent, Result, RetryPolicy, Session};

use super::filter::Filter;
use super::layout::Layout;

/// How many files are fetched at once unless the caller says otherwise.
const AT_ONCE: usize = 8;

#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) directory: PathBuf,
    pub(crate) at_once: usize,
    pub(crate) overwrite: Overwrite,
    pub(crate) verify: Verify,
    pub(crate) renew_links: bool,
    pub(crate) retry: Option<Arc<dyn RetryPolicy>>,
    pub(crate) progress: Option<Arc<dyn Progress>>,
    pub(crate) layout: Option<String>,
    pub(crate) filter: Filter,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            directory: PathBuf::new(),
            at_once: AT_ONCE,
            overwrite: Overwrite::default(),
            verify: Verify::default(),
            renew_links: true,
            retry: None,
            progress: None,
            layout: None,
            filter: Filter::default(),
        }
    }
}

impl Options {
    /// The layout, if one is asked for, after a look at all that can be wrong before anything is sent.
    pub(crate) fn checked(&self) -> Result<Option<Layout>> {
        self.filter.check()?;
        self.layout.as_deref().map(Layout::parse).transpose()
    }

    pub(crate) fn call<O: Operation>(&self, session: &Session, operation: O) -> Call<O> {
        let call = session.call(operation);
        match &self.retry {
            Some(policy) => call.retry(Arc::clone(policy)),
            None => call,
        }
    }

    pub(crate) fn tell(&self, order: &str, event: ProgressEvent) {
        if let Some(progress) = &self.progress {
            progress.event(&event.within(order));
        }
    }
}

/// The setters that all of them have.
macro_rules! setters {
    ($builder:ident) => {
        impl $builder {
            /// The directory below which each order gets its own, which is named after its id. Default: the current one.
            #[doc(alias = "directory")]
            pub fn to(mut self, directory: impl Into<std::path::PathBuf>) -> Self {
                self.options.directory = directory.into();
                self
            }

            /// How many files to fetch at once. Default: 8.
            pub fn at_once(mut self, files: usize) -> Self {
                self.options.at_once = files.max(1);
                self
            }

            /// Where each file is put, below the directory: a path with placeholders, such as
            /// `{order_name}/{item_id}/{file_name}`. Default: `{order_id}/{path}`.
            ///
            /// | Placeholder | Stands for |
            /// |---|---|
            /// | `{order_id}`, `{order_name}` | the order's id and name |
            /// | `{item_id}`, `{item_type}`, `{asset_type}` | what the manifest says the file is of |
            /// | `{path}` | the file's path below the order's own directory, as the manifest has it |
            /// | `{file_name}` | the last part of that path |
            ///
            /// What a file name cannot hold on some system (`/`, `\`, `:`, `<`, `>`, `"`, `|`, `?`, `*`, control characters)
            /// becomes `_`, and so do dots and spaces at the end of a part of the path; the name of a device gets a `_`
            /// before it; values are cut to 100 bytes. That holds for all but `{path}` and `{file_name}`, which are refused
            /// if they are not safe. A placeholder without a value is empty: an archive is of no item, a composite of no one
            /// item, a `_metadata.json` of no asset. A part of the path that is empty is left out.
            ///
            /// Two files that would take one place, also where only case differs, are found before the first file is
            /// fetched. The manifest stays at `<order id>/manifest.json` below the directory; it is of the order's own
            /// layout, so that [`OrderReport::validate`](crate::OrderReport::validate) and a repair with the same layout can
            /// check the files, and [`validate_checksum`](crate::validate_checksum) cannot.
            pub fn layout(mut self, template: impl Into<String>) -> Self {
                self.options.layout = Some(template.into());
                self
            }

            /// Only files with these paths below the order's own directory, as the manifest has them. `*` stands for any
            /// text, also over `/`: `*_udm2*.tif`. Default: all.
            pub fn paths(mut self, patterns: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
                self.options.filter.paths = Some(patterns.into_iter().map(|one| one.as_ref().to_owned()).collect());
                self
            }

            /// Only files of these asset types, such as `ortho_udm2`, or `ortho_*`. What the manifest gives no asset type,
            /// such as archives and `_metadata.json`, is none of them. Default: all.
            pub fn asset_types(mut self, patterns: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
                self.options.filter.asset_types =
                    Some(patterns.into_iter().map(|one| one.as_ref().to_owned()).collect());
                self
            }

            /// Only files of these media types, such as `image/tiff`, or `image/*`; case does not count. Default: all.
            pub fn media_types(mut self, patterns: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
                let patterns = patterns.into_iter().map(|one| one.as_ref().to_ascii_lowercase());
                self.options.filter.media_types = Some(patterns.collect());
                self
            }

            /// Whether an order is asked for again when a link has expired. Default: yes.
            pub fn renew_links(mut self, renew: bool) -> Self {
                self.options.renew_links = renew;
                self
            }

            /// How failed requests are repeated, and files whose bodies break, instead of the session's way.
            pub fn retry(mut self, policy: impl planet_core::RetryPolicy) -> Self {
                self.options.retry = Some(std::sync::Arc::new(policy));
                self
            }

            /// Who hears of the progress: how much there is to fetch, and what becomes of each file.
            #[doc(alias = "progress_bar")]
            pub fn progress(mut self, progress: impl planet_core::Progress) -> Self {
                self.options.progress = Some(std::sync::Arc::new(progress));
                self
            }
        }
    };
}

/// The setters of those that replace what is there only if they are told to.
macro_rules! choices {
    ($builder:ident) => {
        impl $builder {
            /// What happens to files that are there already. Default: those that are right stay.
            pub fn overwrite(mut self, overwrite: planet_core::transfer::Overwrite) -> Self {
                self.options.overwrite = overwrite;
                self
            }

            /// Whether the files are compared with the manifest. Default: yes. [`Verify::off`](crate::Verify::off) does not
            /// compare: the manifest is one file of the order like all others, which are fetched as they are offered. Where a
            /// layout or a filter needs what only the manifest tells, it is read for that alone.
            pub fn verify(mut self, verify: planet_core::transfer::Verify) -> Self {
                self.options.verify = verify;
                self
            }
        }
    };
}

pub(crate) use {choices, setters};
