//! How often signing goes to the heap.

use allocation_counter::measure;
use http::Request;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::signature_method::SignatureMethod;
use tripod_oauth1::signer::Signer;
use tripod_oauth1::stamp::Stamp;

const MOST: u64 = 2;

const METHODS: [SignatureMethod; 4] = [
    SignatureMethod::HmacSha1,
    SignatureMethod::HmacSha256,
    SignatureMethod::HmacSha512,
    SignatureMethod::Plaintext,
];

fn allocations(signer: &Signer, uri: &str) -> u64 {
    let request = Request::get(uri).body(Vec::new()).expect("a request");
    let counted = measure(|| {
        let mut random = |octets: &mut [u8]| octets.fill(7);
        let stamp = Stamp::new(Timestamp::from_unix(137_131_200), &mut random);
        let signed = signer.sign(&request, &stamp, &mut random);
        // Kept out of the count: what is dropped in it would not be missed.
        std::mem::forget(std::hint::black_box(signed.expect("it can be signed")));
    });
    counted.count_total
}

fn signers() -> impl Iterator<Item = Signer> {
    METHODS.into_iter().flat_map(|method| {
        let client = Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44");
        let token = Credentials::new("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00");
        [None, Some(&token)].map(|token| {
            Signer::with_secrets(&method, &client, token).expect("a method of shared secrets")
        })
    })
}

#[test]
fn a_typical_request_is_signed_with_two_allocations_at_most() {
    let uri = "https://photos.example.net/photos?file=vacation.jpg&size=original";
    for signer in signers() {
        // The first call may set up what later ones share.
        allocations(&signer, uri);
        let count = allocations(&signer, uri);
        assert!((1..=MOST).contains(&count), "{count} by {signer:?}");
    }
}

#[test]
fn what_has_to_be_encoded_does_not_cost_more() {
    let uri = "https://photos.example.net/a%20b/c;d?file=va+cation%2F.jpg&gr%C3%B6%C3%9Fe=%7C";
    for signer in signers() {
        let signer = signer.realm("1234567_SB1").expect("a realm");
        allocations(&signer, uri);
        let count = allocations(&signer, uri);
        assert!((1..=MOST).contains(&count), "{count} by {signer:?}");
    }
}
