//! The program of docs/authentication.md.
#![allow(clippy::print_stdout, unused_qualifications, reason = "it talks to a person, and begins as every page does")]

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = planet_sandbox::Sandbox::start().await?;
    let planet = planet::Planet::builder()
        .auth(planet::Auth::from_key(sandbox.api_key()))
        .endpoint(planet::Endpoint::parse(sandbox.url())?)
        .build()?;
    // ANCHOR: settings
    use planet::http::Method;
    use planet::{Auth, AuthError, AuthFailure, Endpoint, LoginEvent, MemoryStorage, Planet};
    use tokio::task::JoinSet;

    // A home of the page's own, and no environment variables.
    let home = tempfile::tempdir()?;
    let own = || Auth::builder().home(home.path()).variables::<&str, &str>([]);

    let endpoint = Endpoint::parse(sandbox.url())?;
    let with = |auth: Auth| Planet::builder().auth(auth).endpoint(endpoint.clone()).build();
    // ANCHOR_END: settings

    // ANCHOR: key
    let settings = own().variables([("PL_API_KEY", sandbox.api_key()), ("ALTERNATE_KEY", sandbox.api_key())]);
    let from_env = with(settings.clone().env()?)?; // yours: Planet::from_env()?
    let from_other = with(settings.env_var("ALTERNATE_KEY")?)?; // yours: Auth::from_env_var("ALTERNATE_KEY")?

    let file = home.path().join("planet.json");
    std::fs::write(&file, format!(r#"{{"key": "{}"}}"#, sandbox.api_key()))?;
    let from_file = with(Auth::from_file(&file)?)?;

    for planet in [&planet, &from_env, &from_other, &from_file] {
        planet.orders().stats().await?; // a call that costs nothing tells whether the key is good
    }
    // ANCHOR_END: key

    // ANCHOR: default
    let auth = own().user_default_session()?; // yours: Auth::from_user_default_session()?
    if !auth.is_initialized() {
        println!("{}", auth.explain());
    }
    // ANCHOR_END: default

    // ANCHOR: device
    // Yours: Auth::from_oauth_user_device_code("your-client-id")?
    let auth = own().auth_server(sandbox.authority_url()).oauth_user_device_code(sandbox.device_client())?;
    if auth.ensure_initialized().await.is_err() {
        let login = auth.device_login().await?;
        let prompt = login.prompt();
        println!("Open {} and enter {}", prompt.verification_uri(), prompt.user_code());
        sandbox.approve(prompt.user_code()); // here a person does it, on any device
        login.complete().await?;
    }
    with(auth.clone())?.orders().stats().await?;
    // ANCHOR_END: device

    // ANCHOR: browser
    // Yours: Auth::from_oauth_user_auth_code("your-client-id", "http://localhost:8080/callback")?
    let by_browser = own()
        .auth_server(sandbox.authority_url())
        .oauth_user_auth_code(sandbox.code_client(), "http://127.0.0.1:0/callback")?;
    let (browser, mut people) = (planet.session().clone(), JoinSet::new());
    by_browser
        .login()
        .progress(move |event| match event {
            LoginEvent::Browser(prompt) => {
                println!("Open {}", prompt.url());
                // Here a person opens it. In the sandbox whoever follows redirects will do: this user has consented before.
                people.spawn(browser.request(Method::GET, prompt.url()).stream());
            }
            other => println!("{other}"),
        })
        .await?;
    with(by_browser)?.orders().stats().await?;
    // ANCHOR_END: browser

    // ANCHOR: program
    let (id, secret) = sandbox.m2m_client();
    // Yours: Auth::from_oauth_m2m("your-robot", secret)?
    let robot = own().auth_server(sandbox.machine_authority_url()).oauth_m2m(id, secret)?;
    with(robot)?.orders().stats().await?; // the first call fetches a token
    // ANCHOR_END: program

    // ANCHOR: password
    let (email, password) = sandbox.user();
    // Yours: Auth::from_login(email, password).await?
    let older = own().login(email, password).base_url(format!("{}/v0/auth", sandbox.url())).await?;
    older.store()?; // keeps the API key; the password is kept nowhere
    with(older)?.orders().stats().await?;
    // ANCHOR_END: password

    // ANCHOR: nowhere
    let settings = || own().auth_server(sandbox.machine_authority_url());
    let forgetful = settings().save_state(false).oauth_m2m(id, secret)?;
    let elsewhere = settings().storage(MemoryStorage::default()).oauth_m2m(id, secret)?;
    for auth in [forgetful, elsewhere] {
        auth.ensure_initialized().await?;
    }
    // ANCHOR_END: nowhere

    // ANCHOR: logout
    auth.logout().await?;
    assert!(!auth.is_initialized());
    // ANCHOR_END: logout

    // ANCHOR: explain
    let auth_of_user = own().profile_name("fields").auth_server(sandbox.authority_url());
    auth_of_user.oauth_user_device_code("fields-client")?.store()?; // the default of this home from now on

    let found = own().variables([("PL_API_KEY", "PLAK0123")]).user_default_session()?;
    println!("{}", found.explain());
    // ANCHOR_END: explain

    // ANCHOR: failure
    if let Err(error) = found.ensure_initialized().await {
        match AuthError::of(&error).map(AuthError::failure) {
            Some(AuthFailure::LoginRequired) => println!("{error}"), // log in, as above
            Some(AuthFailure::Unreachable) => println!("{error}; trying again later"),
            _ => return Err(error.into()),
        }
    }
    // ANCHOR_END: failure
    Ok(())
}
