use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

use super::*;
use crate::report::Summary;
use crate::report::tests::{hostile, report, sample};
use crate::source::{File, Origin, Sources};

static VALID: LazyLock<Validator> = LazyLock::new(|| {
    let schema = include_str!("../../../golden/schema/sarif-2.1.0.json");
    // As published it has a bracket too many in the pattern of languages, and is no schema.
    let schema = schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$");
    let schema = serde_json::from_str(&schema).expect("JSON");
    let options = jsonschema::draft7::options().should_validate_formats(true);
    options.build(&schema).expect("a schema")
});

fn log(findings: &[Finding], sources: &Sources) -> Value {
    let summary = Summary::default();
    let text = sarif(&report(findings, sources, &summary));
    let log: Value = serde_json::from_str(&text).expect("JSON");
    let wrong: Vec<String> = VALID
        .iter_errors(&log)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    log
}

#[test]
#[expect(clippy::too_many_lines, reason = "the snapshot is the contract")]
fn findings_are_results() {
    let (sources, findings) = sample();
    let mut log = log(&findings, &sources);
    let driver = &mut log["runs"][0]["tool"]["driver"];
    for key in ["version", "semanticVersion"] {
        driver[key] = "VERSION".into();
    }
    // The pages have tests of their own.
    for rule in driver["rules"].as_array_mut().expect("rules") {
        for key in ["text", "markdown"] {
            let page = rule["help"][key].as_str().expect("a page");
            rule["help"][key] = page.lines().next().into();
        }
    }
    insta::assert_snapshot!(format!("{log:#}"), @r##"
    {
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
      "runs": [
        {
          "artifacts": [
            {
              "location": {
                "index": 0,
                "uri": "deploy/cart.yaml",
                "uriBaseId": "%SRCROOT%"
              }
            },
            {
              "location": {
                "index": 1,
                "uri": "deploy/shop.yaml",
                "uriBaseId": "%SRCROOT%"
              }
            }
          ],
          "columnKind": "utf16CodeUnits",
          "invocations": [
            {
              "executionSuccessful": true
            }
          ],
          "originalUriBaseIds": {
            "%SRCROOT%": {
              "description": {
                "text": "the repository, or without one the folder in which ingressc ran"
              }
            }
          },
          "results": [
            {
              "level": "error",
              "locations": [
                {
                  "logicalLocations": [
                    {
                      "kind": "object",
                      "name": "Ingress cart/cart"
                    },
                    {
                      "kind": "property",
                      "name": "spec.rules[0].http.paths[0].path"
                    }
                  ],
                  "message": {
                    "text": "this one, in cart/cart"
                  },
                  "physicalLocation": {
                    "artifactLocation": {
                      "index": 0,
                      "uri": "deploy/cart.yaml",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "endColumn": 20,
                      "endLine": 8,
                      "startColumn": 15,
                      "startLine": 8
                    }
                  }
                }
              ],
              "message": {
                "text": "two Ingresses claim Prefix `/cart` of shop.example.com\nhelp: let one Ingress own the path, or make the paths differ\nnote: haproxytech would serve cart/cart, ingress-nginx and haproxy-ingress the older object, whose age is not known here"
              },
              "partialFingerprints": {
                "ingresscFingerprint/v1": "7d24029f13e54e5ab1db0b27e4926d6f"
              },
              "relatedLocations": [
                {
                  "id": 1,
                  "message": {
                    "text": "and this one, in shop/shop"
                  },
                  "physicalLocation": {
                    "artifactLocation": {
                      "index": 1,
                      "uri": "deploy/shop.yaml",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "endColumn": 21,
                      "endLine": 5,
                      "startColumn": 16,
                      "startLine": 5
                    }
                  }
                }
              ],
              "ruleId": "ING301",
              "ruleIndex": 1
            },
            {
              "level": "error",
              "locations": [
                {
                  "message": {
                    "text": "this one counts"
                  },
                  "physicalLocation": {
                    "artifactLocation": {
                      "index": 0,
                      "uri": "deploy/cart.yaml",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "endColumn": 24,
                      "endLine": 10,
                      "startColumn": 9,
                      "startLine": 10
                    }
                  }
                }
              ],
              "message": {
                "text": "`pathType` stands twice in one mapping"
              },
              "partialFingerprints": {
                "ingresscFingerprint/v1": "ea418ec6b25c32f0e9a931f97fd9e0ed"
              },
              "relatedLocations": [
                {
                  "id": 1,
                  "message": {
                    "text": "this one is lost"
                  },
                  "physicalLocation": {
                    "artifactLocation": {
                      "index": 0,
                      "uri": "deploy/cart.yaml",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "endColumn": 25,
                      "endLine": 9,
                      "startColumn": 9,
                      "startLine": 9
                    }
                  }
                }
              ],
              "ruleId": "ING002",
              "ruleIndex": 0
            },
            {
              "level": "note",
              "locations": [
                {
                  "logicalLocations": [
                    {
                      "kind": "object",
                      "name": "Ingress cart/cart"
                    },
                    {
                      "kind": "property",
                      "name": "metadata.managedFields"
                    }
                  ],
                  "physicalLocation": {
                    "artifactLocation": {
                      "index": 0,
                      "uri": "deploy/cart.yaml",
                      "uriBaseId": "%SRCROOT%"
                    },
                    "region": {
                      "endColumn": 1,
                      "endLine": 1,
                      "startColumn": 1,
                      "startLine": 1
                    }
                  }
                }
              ],
              "message": {
                "text": "Ingress cart/cart holds what only a cluster writes"
              },
              "partialFingerprints": {
                "ingresscFingerprint/v1": "d02c275b7b76c7293b70d3b78014dd65"
              },
              "ruleId": "ING709",
              "ruleIndex": 2
            }
          ],
          "tool": {
            "driver": {
              "name": "ingressc",
              "rules": [
                {
                  "defaultConfiguration": {
                    "level": "error"
                  },
                  "fullDescription": {
                    "text": "One mapping has the same key twice. Most loaders keep the last one and say nothing; strict ones refuse the file. Whoever reads the file from the top believes the first."
                  },
                  "help": {
                    "markdown": "# ING002 duplicate-key",
                    "text": "# ING002 duplicate-key"
                  },
                  "id": "ING002",
                  "name": "duplicate-key",
                  "properties": {
                    "precision": "very-high",
                    "tags": [
                      "syntax",
                      "kubernetes",
                      "haproxy"
                    ]
                  },
                  "shortDescription": {
                    "text": "a key stands twice in one mapping, and only the last one counts"
                  }
                },
                {
                  "defaultConfiguration": {
                    "level": "error"
                  },
                  "fullDescription": {
                    "text": "Two rules claim the same host, path and path type, and lead to different Services. Kubernetes does not say who wins. Controllers take the older object, or the first by name, so the answer may change when an object is created anew."
                  },
                  "help": {
                    "markdown": "# ING301 duplicate-route",
                    "text": "# ING301 duplicate-route"
                  },
                  "id": "ING301",
                  "name": "duplicate-route",
                  "properties": {
                    "precision": "very-high",
                    "tags": [
                      "routing",
                      "kubernetes",
                      "haproxy"
                    ]
                  },
                  "shortDescription": {
                    "text": "two rules claim the same host, path and path type"
                  }
                },
                {
                  "defaultConfiguration": {
                    "level": "note"
                  },
                  "fullDescription": {
                    "text": "The object holds what only a live cluster writes: a `status` that says something, `uid`, `resourceVersion`, `managedFields`. It comes from `kubectl get -o yaml`. It does no harm here, but makes diffs noisy, and an old `resourceVersion` makes `kubectl apply` fail."
                  },
                  "help": {
                    "markdown": "# ING709 exported-noise",
                    "text": "# ING709 exported-noise"
                  },
                  "id": "ING709",
                  "name": "exported-noise",
                  "properties": {
                    "precision": "very-high",
                    "tags": [
                      "portability",
                      "kubernetes",
                      "haproxy"
                    ]
                  },
                  "shortDescription": {
                    "text": "fields that only a live cluster writes"
                  }
                }
              ],
              "semanticVersion": "VERSION",
              "version": "VERSION"
            }
          }
        }
      ],
      "version": "2.1.0"
    }
    "##);
}

#[test]
#[expect(clippy::too_many_lines, reason = "the snapshot is the contract")]
fn fixes_and_hostile_text_are_carried() {
    let (sources, findings) = hostile();
    let log = log(&findings, &sources);
    insta::assert_snapshot!(format!("{:#}", log["runs"][0]["results"]), @r#"
    [
      {
        "fixes": [
          {
            "artifactChanges": [
              {
                "artifactLocation": {
                  "index": 0,
                  "uri": "de%20ploy/%3A%3Aerror%20file%3Da%2Cline%3D1%3A%3A%250A%C3%A9%5D%28http%3A/e.example%29%40all.yaml",
                  "uriBaseId": "%SRCROOT%"
                },
                "replacements": [
                  {
                    "deletedRegion": {
                      "endColumn": 47,
                      "endLine": 2,
                      "startColumn": 43,
                      "startLine": 2
                    },
                    "insertedContent": {
                      "text": "\"true\""
                    }
                  }
                ]
              }
            ],
            "description": {
              "text": "quote the value"
            },
            "properties": {
              "safety": "safe"
            }
          }
        ],
        "level": "error",
        "locations": [
          {
            "logicalLocations": [
              {
                "kind": "object",
                "name": "Ingress shop/web"
              },
              {
                "kind": "property",
                "name": "metadata.annotations[haproxy.org/ssl-redirect]"
              }
            ],
            "message": {
              "text": "this one, a\\n::error::b\\r ]]> <img src=x> & \"'` | @all [x] (http://e.example) %0A \\0\\u{1b}[31m �x ## [error]y"
            },
            "physicalLocation": {
              "artifactLocation": {
                "index": 0,
                "uri": "de%20ploy/%3A%3Aerror%20file%3Da%2Cline%3D1%3A%3A%250A%C3%A9%5D%28http%3A/e.example%29%40all.yaml",
                "uriBaseId": "%SRCROOT%"
              },
              "region": {
                "endColumn": 47,
                "endLine": 2,
                "startColumn": 43,
                "startLine": 2
              }
            }
          }
        ],
        "message": {
          "text": "the value `a\\n::error::b\\r ]]> <img src=x> & \"'` | @all [x] (http://e.example) %0A \\0\\u{1b}[31m �x ## [error]y` is no string\nhelp: put it in quotes"
        },
        "partialFingerprints": {
          "ingresscFingerprint/v1": "2bb73643712138693d6583a78ca135d3"
        },
        "ruleId": "ING003",
        "ruleIndex": 0
      },
      {
        "level": "error",
        "locations": [
          {
            "physicalLocation": {
              "artifactLocation": {
                "index": 0,
                "uri": "de%20ploy/%3A%3Aerror%20file%3Da%2Cline%3D1%3A%3A%250A%C3%A9%5D%28http%3A/e.example%29%40all.yaml",
                "uriBaseId": "%SRCROOT%"
              },
              "region": {
                "endColumn": 7,
                "endLine": 3,
                "startColumn": 5,
                "startLine": 3
              }
            }
          }
        ],
        "message": {
          "text": "a\\n::error::b\\r ]]> <img src=x> & \"'` | @all [x] (http://e.example) %0A \\0\\u{1b}[31m �x ## [error]y\nhelp: a\\n::error::b\\r ]]> <img src=x> & \"'` | @all [x] (http://e.example) %0A \\0\\u{1b}[31m �x ## [error]y\nnote: a\\n::error::b\\r ]]> <img src=x> & \"'` | @all [x] (http://e.example) %0A \\0\\u{1b}[31m �x ## [error]y"
        },
        "partialFingerprints": {
          "ingresscFingerprint/v1": "519485ef81dd34061d344224580c1c6a"
        },
        "relatedLocations": [
          {
            "id": 1,
            "message": {
              "text": "a\\n::error::b\\r ]]> <img src=x> & \"'` | @all [x] (http://e.example) %0A \\0\\u{1b}[31m �x ## [error]y"
            },
            "physicalLocation": {
              "artifactLocation": {
                "index": 0,
                "uri": "de%20ploy/%3A%3Aerror%20file%3Da%2Cline%3D1%3A%3A%250A%C3%A9%5D%28http%3A/e.example%29%40all.yaml",
                "uriBaseId": "%SRCROOT%"
              },
              "region": {
                "endColumn": 28,
                "endLine": 3,
                "startColumn": 18,
                "startLine": 3
              }
            }
          }
        ],
        "ruleId": "ING106",
        "ruleIndex": 1
      },
      {
        "level": "error",
        "locations": [
          {
            "physicalLocation": {
              "artifactLocation": {
                "index": 0,
                "uri": "de%20ploy/%3A%3Aerror%20file%3Da%2Cline%3D1%3A%3A%250A%C3%A9%5D%28http%3A/e.example%29%40all.yaml",
                "uriBaseId": "%SRCROOT%"
              },
              "region": {
                "endColumn": 7,
                "endLine": 3,
                "startColumn": 5,
                "startLine": 3
              }
            }
          }
        ],
        "message": {
          "text": "a␊::error::b␍ ]]> <img src=x> & \"'` | @all [x] (http://e.example) %0A ␀␛[31m �x ## [error]y\nhelp: a␊::error::b␍ ]]> <img src=x> & \"'` | @all [x] (http://e.example) %0A ␀␛[31m �x ## [error]y\nnote: a\\n::error::b\\r ]]> <img src=x> & \"'` | @all [x] (http://e.example) %0A \\0\\u{1b}[31m �x ## [error]y"
        },
        "partialFingerprints": {
          "ingresscFingerprint/v1": "f116c461d0aea0ebc9294406c4fd0095"
        },
        "relatedLocations": [
          {
            "id": 1,
            "message": {
              "text": "a\\n::error::b\\r ]]> <img src=x> & \"'` | @all [x] (http://e.example) %0A \\0\\u{1b}[31m �x ## [error]y"
            },
            "physicalLocation": {
              "artifactLocation": {
                "index": 0,
                "uri": "de%20ploy/%3A%3Aerror%20file%3Da%2Cline%3D1%3A%3A%250A%C3%A9%5D%28http%3A/e.example%29%40all.yaml",
                "uriBaseId": "%SRCROOT%"
              },
              "region": {
                "endColumn": 28,
                "endLine": 3,
                "startColumn": 18,
                "startLine": 3
              }
            }
          }
        ],
        "ruleId": "ING106",
        "ruleIndex": 1
      }
    ]
    "#);
}

#[test]
fn the_schema_refuses_what_is_no_sarif() {
    let (sources, findings) = sample();
    let mut log = log(&findings, &sources);
    log["runs"][0]["results"][0]["level"] = "pedantic".into();
    assert!(!VALID.is_valid(&log));
}

#[test]
fn rules_and_files_are_where_their_numbers_say() {
    let (sources, findings) = sample();
    let log = log(&findings, &sources);
    let run = &log["runs"][0];
    let at = |list: &str, index: &Value| {
        let index = usize::try_from(index.as_u64().expect("a number")).expect("small");
        run.pointer(list).expect("there")[index].clone()
    };
    for result in run["results"].as_array().expect("results") {
        let rule = at("/tool/driver/rules", &result["ruleIndex"]);
        assert_eq!(rule["id"], result["ruleId"]);
        let file = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(
            at("/artifacts", &file["index"])["location"]["uri"],
            file["uri"]
        );
    }
}

#[test]
fn every_result_has_a_place_if_there_is_a_file() {
    let finding = [Finding::new(Code::NOTHING_SELECTED, "nothing")];
    let mut sources = Sources::default();
    assert!(
        log(&finding, &sources)["runs"][0]["results"][0]
            .get("locations")
            .is_none()
    );
    sources.add(File::new("/elsewhere/a b.yaml", ""));
    let log = log(&finding, &sources);
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"]["uri"],
        "file:///elsewhere/a%20b.yaml"
    );
    assert!(place["artifactLocation"].get("uriBaseId").is_none());
    assert_eq!(place["region"]["startLine"], 1);
}

#[test]
fn columns_are_utf16() {
    let mut sources = Sources::default();
    let text = "😀: [a\n";
    let file = sources.add(File::new("a.yaml", text));
    let at = text.find('[').expect("there");
    let finding = Finding::new(Code::WRONG_TYPE, "x").at(Origin::new(file, at..at + 1));
    let log = log(&[finding], &sources);
    let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
    assert_eq!(
        (&region["startColumn"], &region["endColumn"]),
        (&5.into(), &6.into())
    );
}

#[test]
fn a_clean_run_has_results_all_the_same() {
    let log = log(&[], &Sources::default());
    assert_eq!(log["runs"][0]["results"], Value::Array(Vec::new()));
}
