//! `device/key/*`: keys that stay on this machine, for clients on stdio only (transport.md §9).

use codex_protocol::*;

use crate::dispatch::Context;
use crate::error::RpcError;
use crate::session::TransportKind;

macro_rules! local_only {
    ($($handler:ident($Params:ty) -> $Result:ty, $method:literal;)*) => {$(
        #[doc = concat!("`", $method, "`: refused over remote transports, and there is no key store on this system yet.")]
        pub async fn $handler(cx: &mut Context, _: $Params) -> Result<$Result, RpcError> {
            Err(refusal(cx.session.transport, $method))
        }
    )*};
}

local_only! {
    device_key_create(DeviceKeyCreateParams) -> DeviceKeyCreateResponse, "device/key/create";
    device_key_public(DeviceKeyPublicParams) -> DeviceKeyPublicResponse, "device/key/public";
    device_key_sign(DeviceKeySignParams) -> DeviceKeySignResponse, "device/key/sign";
}

fn refusal(transport: TransportKind, method: &str) -> RpcError {
    match transport {
        TransportKind::Stdio => {
            RpcError::internal(format!("{method} is not available in this version of the server"))
        }
        TransportKind::WebSocket | TransportKind::UnixSocket => {
            RpcError::invalid_request(format!("{method} is not available over remote transports"))
        }
    }
}
