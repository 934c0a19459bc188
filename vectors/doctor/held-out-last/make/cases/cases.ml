#### ocaml-cohttp-refused
#: expected: network/refused
#: certain: network/refused
#: made: the identity provider's container is not up yet; OCaml's cohttp; none
#: prefix: compose sync-1
open Lwt.Infix
let () =
  prerr_endline "sync: asking http://127.0.0.1:8443/oauth/token for a token";
  Lwt_main.run
    (Cohttp_lwt_unix.Client.post_form ~params:[ ("grant_type", [ "client_credentials" ]) ] (Uri.of_string "http://127.0.0.1:8443/oauth/token")
     >>= fun (_, body) -> Cohttp_lwt.Body.to_string body >>= Lwt_io.printl)
