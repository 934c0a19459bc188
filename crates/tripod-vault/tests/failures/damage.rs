//! Files that are not what was written.

use sha2::{Digest, Sha256};

use super::*;

#[test]
fn a_vault_corrupted_anywhere_is_refused_and_left_alone() {
    let fixture = Fixture::new();
    let whole = octets(&fixture.path()).unwrap();
    let vault = fixture.open();
    for position in 0..whole.len() {
        let mut corrupted = whole.clone();
        corrupted[position] ^= 0x20;
        fs::write(fixture.path(), &corrupted).unwrap();
        let error = refused_update(&vault);
        let Error::Damaged { damage, .. } = &error else {
            panic!("octet {position}: {error:?}");
        };
        match position {
            0..12 => assert_eq!(*damage, Damage::NotAVault, "octet {position}"),
            // The length of the header may seem to lie behind the end of the file.
            14..16 => {}
            _ => assert_eq!(*damage, Damage::Corrupted, "octet {position}"),
        }
        assert_eq!(octets(&fixture.path()).unwrap(), corrupted);
    }
    fs::write(fixture.path(), b"").unwrap();
    fixture.refuses(|error| matches!(error, Error::Damaged { .. }));
    fs::write(fixture.path(), &whole).unwrap();
    fixture.still_holds("sentinel");
}

#[test]
fn a_vault_cut_off_anywhere_is_refused_and_left_alone() {
    let fixture = Fixture::new();
    let whole = octets(&fixture.path()).unwrap();
    let vault = fixture.open();
    for length in 0..whole.len() {
        fs::write(fixture.path(), &whole[..length]).unwrap();
        let error = refused_update(&vault);
        let Error::Damaged {
            damage: Damage::Truncated { found, expected },
            ..
        } = error
        else {
            panic!("{length}: {error:?}");
        };
        assert_eq!(found, length as u64);
        assert!(expected > found);
        assert_eq!(octets(&fixture.path()).unwrap(), &whole[..length]);
    }
    fs::write(fixture.path(), &whole[..whole.len() - 1]).unwrap();
    fixture.refuses(|error| matches!(error, Error::Damaged { .. }));
}

#[test]
fn a_vault_of_a_newer_version_is_left_to_it() {
    let fixture = Fixture::new();
    let mut newer = octets(&fixture.path()).unwrap();
    newer[13] = 9;
    let checksum: [u8; 32] = Sha256::digest(&newer[..96]).into();
    newer[96..112].copy_from_slice(&checksum[..16]);
    fs::write(fixture.path(), &newer).unwrap();
    fixture.refuses(|error| {
        error.advice().contains("newer version")
            && matches!(
                error,
                Error::Damaged {
                    damage: Damage::Newer { version: 9 },
                    ..
                }
            )
    });
}

#[test]
fn what_is_no_vault_is_not_replaced_by_one() {
    let fixture = Fixture::new();
    for other in [&b"[profile]\nname = 'a'\n"[..], &[0; 4096], b"x"] {
        fs::write(fixture.path(), other).unwrap();
        fixture.refuses(|error| {
            matches!(
                error,
                Error::Damaged {
                    damage: Damage::NotAVault,
                    ..
                }
            )
        });
    }
    fs::remove_file(fixture.path()).unwrap();
    fs::create_dir(fixture.path()).unwrap();
    fixture.refuses(|error| matches!(error, Error::Damaged { .. }));
}

#[test]
fn two_vaults_cannot_be_mixed() {
    let (one, other) = (Fixture::new(), Fixture::new());
    let mut mixed = octets(&one.path()).unwrap();
    let theirs = octets(&other.path()).unwrap();
    mixed[112..].copy_from_slice(&theirs[112..]);
    fs::write(one.path(), &mixed).unwrap();
    one.refuses(|error| {
        matches!(
            error,
            Error::Damaged {
                damage: Damage::Corrupted,
                ..
            }
        )
    });
    fs::write(one.path(), &theirs).unwrap();
    one.refuses(|error| matches!(error, Error::WrongKey { .. }));
}
