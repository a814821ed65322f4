//! All that can be set, in every combination, against the rank that the official SDK has.

use std::collections::BTreeMap;

use super::super::profile::{Client, Preferences, ProfileName};
use super::super::resolve::environment::Environment;
use super::super::resolve::{Choice, Findings, Resolved, command_line_order, default_order};
use super::super::variables::{API_KEY, CLIENT_ID, CLIENT_SECRET, PROFILE};
use super::super::warning::Warnings;
use super::*;
use crate::{Result, Secret};

const NAMES: [&str; 4] = [PROFILE, CLIENT_ID, CLIENT_SECRET, API_KEY];

/// Which of the names are set.
struct Set {
    environment: Vec<&'static str>,
    file: Vec<&'static str>,
    preferences: Preferences,
}

fn subset<const N: usize>(names: [&'static str; N], bits: u32) -> Vec<&'static str> {
    names.into_iter().enumerate().filter(|(place, _)| bits & (1 << place) != 0).map(|(_, name)| name).collect()
}

fn all_sets() -> impl Iterator<Item = Set> {
    let home = Home::new(&[]);
    (0..32).flat_map(move |bits| {
        let file = subset([PROFILE, CLIENT_ID, CLIENT_SECRET, API_KEY, "key"], bits);
        let members: BTreeMap<&str, String> = file.iter().map(|name| (*name, format!("file-{name}"))).collect();
        home.put(".planet.json", &serde_json::to_string(&members).unwrap());
        let preferences = Preferences::read(home.path(), &mut Warnings::default());
        (0..16).map(move |bits| Set {
            environment: subset(NAMES, bits),
            file: file.clone(),
            preferences: preferences.clone(),
        })
    })
}

fn resolve(set: &Set, command_line: bool) -> Resolved {
    let variables = set.environment.iter().map(|name| ((*name).to_owned(), Secret::new(format!("variable-{name}"))));
    let environment = Environment::new(Some(&variables.collect()), None);
    let mut warnings = Warnings::default();
    let findings = Findings { environment: &environment, preferences: &set.preferences, file: "the file".into() };
    let load = |_: &ProfileName, _: &mut Warnings| -> Result<Client> { Ok(Client::None) };
    if command_line {
        command_line_order(&findings, &mut warnings, load).unwrap()
    } else {
        default_order(&findings, &mut warnings, load)
    }
}

/// The choice in a word, and what it is made of.
fn told(choice: &Choice) -> (&'static str, Vec<String>) {
    match choice {
        Choice::Profile { name, named_by, .. } => {
            assert!(name.as_str().ends_with("pl_auth_profile"));
            ("profile", shown(std::slice::from_ref(named_by)))
        }
        Choice::M2m { named_by, secret_source, .. } => ("m2m", shown(&[named_by.clone(), secret_source.clone()])),
        Choice::Key { source, .. } => ("key", shown(std::slice::from_ref(source))),
        Choice::Default => ("default", Vec::new()),
    }
}

#[test]
fn the_kind_counts_first_and_the_place_second() {
    for set in all_sets() {
        let place = |name: &'static str| {
            let in_variable = set.environment.contains(&name).then(|| format!("environment {name}"));
            in_variable.or_else(|| set.file.contains(&name).then(|| format!("file {name}")))
        };
        let expected = match (place(PROFILE), place(CLIENT_ID), place(CLIENT_SECRET), place(API_KEY), place("key")) {
            (Some(profile), ..) => ("profile", vec![profile]),
            (_, Some(id), Some(secret), ..) => ("m2m", vec![id, secret]),
            (.., Some(key), _) | (.., None, Some(key)) => ("key", vec![key]),
            _ => ("default", Vec::new()),
        };
        assert_eq!(told(&resolve(&set, false).choice), expected, "{:?} {:?}", set.environment, set.file);
    }
}

#[test]
fn on_the_command_line_the_environment_counts_first() {
    for set in all_sets() {
        let has = |name| set.environment.contains(&name);
        let expected = if has(PROFILE) {
            Some(("profile", vec![format!("environment {PROFILE}")]))
        } else if has(CLIENT_ID) && has(CLIENT_SECRET) {
            Some(("m2m", vec![format!("environment {CLIENT_ID}"), format!("environment {CLIENT_SECRET}")]))
        } else if has(API_KEY) {
            Some(("key", vec![format!("environment {API_KEY}")]))
        } else {
            None
        };
        let expected = expected.unwrap_or_else(|| told(&resolve(&set, false).choice));
        assert_eq!(told(&resolve(&set, true).choice), expected, "{:?} {:?}", set.environment, set.file);
    }
}

#[test]
fn all_that_is_set_is_chosen_or_hidden_or_half_a_pair() {
    for set in all_sets() {
        let resolved = resolve(&set, false);
        let pair = [CLIENT_ID, CLIENT_SECRET];
        let has = |name: &str| set.environment.contains(&name) || set.file.contains(&name);
        let is_pair = pair.into_iter().all(has);
        let mut expected: Vec<String> = set.environment.iter().map(|name| format!("environment {name}")).collect();
        expected.extend(set.file.iter().map(|name| format!("file {name}")));
        expected.retain(|source| is_pair || !pair.iter().any(|name| source.ends_with(name)));
        let mut found = told(&resolved.choice).1;
        found.extend(shown(&resolved.hidden));
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
        assert_eq!(resolved.missing.len(), usize::from(!is_pair && pair.into_iter().any(has)));
    }
}
