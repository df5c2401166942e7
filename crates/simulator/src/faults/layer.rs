//! Where rules meet requests: the middleware both routers wear. It stands inside Gorgias' gate, so that a failed
//! request still costs its drop in the bucket, as it does with the vendor.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;

use super::act::{self, After};
use crate::door::{Door, Received};

/// Lets a request pass unless a rule strikes it.
pub(crate) async fn layer(State(door): State<Door>, request: Request, next: Next) -> Response {
    let action = {
        let received = request.extensions().get::<Received>();
        let body = received.map_or(&[][..], Received::bytes);
        let path = request.uri().path();
        door.world.faults.strike(door.api, request.method().as_str(), path, body)
    };
    let Some(action) = action else {
        return next.run(request).await;
    };
    match act::before(&action, &door.world, door.api) {
        Some(answer) => answer,
        None => act::after(After::of(&action), next.run(request).await).await,
    }
}
