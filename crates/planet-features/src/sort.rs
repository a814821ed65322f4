//! What lists are sorted by.

planet_builders::names! {
    /// The order of a list of collections (Features API, `sort` of `GET /collections`).
    ///
    /// ```
    /// use planet_features::CollectionSort;
    ///
    /// assert_eq!("-title".parse::<CollectionSort>()?, CollectionSort::TitleDesc);
    /// assert_eq!(CollectionSort::CreatedAsc.as_str(), "created_date");
    /// assert_eq!("size".parse::<CollectionSort>().unwrap_err().faults()[0].path(), "sort");
    /// # Ok::<(), planet_features::Error>(())
    /// ```
    CollectionSort, "sort" {
        /// The oldest comes first.
        CreatedAsc = "created_date",
        /// The newest comes first.
        CreatedDesc = "-created_date",
        /// By title.
        TitleAsc = "title",
        /// By title, from the end of the alphabet on.
        TitleDesc = "-title",
    }
}

planet_builders::names! {
    /// The order of the features of a collection (Features API, `sort` of `GET /collections/{id}/items`). The service's
    /// documentation names no order from the last to the first.
    ///
    /// ```
    /// use planet_features::FeatureSort;
    ///
    /// assert_eq!("id".parse::<FeatureSort>()?, FeatureSort::Id);
    /// assert_eq!(FeatureSort::Created.as_str(), "created_date");
    /// # Ok::<(), planet_features::Error>(())
    /// ```
    FeatureSort, "sort" {
        /// The oldest comes first.
        Created = "created_date",
        /// By title.
        Title = "title",
        /// By the feature's own id.
        Id = "id",
    }
}
