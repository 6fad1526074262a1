//! Which Ingresses are ours: by field, by the old annotation, by a default class, or for want of any.
//!
//! In: all Ingresses and IngressClasses. Out: the selected Ingresses in order of name, and how many of which class were left.
//! Where annotation and field disagree the annotation wins (KEP-1453), but the API server refuses such an object.

use std::collections::BTreeMap;

use super::{Selection, Settings};
use crate::annotations::{Dialect, Profile};
use crate::finding::{Code, Finding, Severity};
use crate::manifest::{Ingress, IngressClass, Manifests, Resource};
use crate::source::Origin;

const ANNOTATION: &str = "kubernetes.io/ingress.class";

/// Controllers whose Ingresses we read, with or without `/name` behind them.
const CONTROLLERS: [&str; 4] = [
    "haproxy.org/ingress-controller",
    "haproxy-ingress.github.io/controller",
    "k8s.io/ingress-nginx",
    "traefik.io/ingress-controller",
];

/// Names that these controllers' installations give their class: the object often lives in another repository.
const WELL_KNOWN: [&str; 4] = ["haproxy", "haproxy-ingress", "nginx", "traefik"];

/// The Ingresses that are ours, by name.
pub(super) fn select<'m>(
    manifests: &'m Manifests,
    settings: &Settings,
    findings: &mut Vec<Finding>,
) -> (Vec<&'m Ingress>, Selection) {
    let classes: BTreeMap<&str, &IngressClass> = manifests
        .classes
        .iter()
        .map(|(name, class)| (name.name.as_str(), class))
        .collect();
    let default = default_class(manifests, findings);
    let mut selection = Selection::default();
    let (mut ours, mut other) = (Vec::new(), None);
    for ingress in manifests.ingresses.values() {
        let class = class_of(ingress, default, settings, findings);
        if is_ours(class, &classes, settings) {
            if !selection.taken.contains_key(class) {
                findings.extend(without_object(ingress, class, &classes, settings));
            }
            if class.is_empty() && settings.classes.is_none() {
                findings.push(classless(ingress));
            }
            findings.extend(old_style(ingress, settings));
            selection.selected += 1;
            *selection.taken.entry(class.to_owned()).or_default() += 1;
            ours.push(ingress);
        } else {
            *selection.skipped.entry(class.to_owned()).or_default() += 1;
            other.get_or_insert(ingress);
            // Where it is ours, its annotations are read, and this one is told there.
            if class.is_empty() {
                findings.extend(history(ingress));
            }
        }
    }
    if let Some(other) = other.filter(|_| ours.is_empty()) {
        findings.push(nothing_selected(&selection, other, settings));
    }
    (ours, selection)
}

/// The Ingresses that are ours, by name, without a word about them.
pub(crate) fn selected<'m>(manifests: &'m Manifests, settings: &Settings) -> Vec<&'m Ingress> {
    select(manifests, settings, &mut Vec::new()).0
}

/// The annotation that names the class of a TCP resource, without a prefix.
const OF_RESOURCES: &str = "ingress.class";

/// The TCP resources that are ours. That there are others is told, once a class: nothing else shows that their ports are not bound.
pub(super) fn select_resources<'m>(
    resources: impl Iterator<Item = &'m Resource>,
    manifests: &'m Manifests,
    settings: &Settings,
    findings: &mut Vec<Finding>,
) -> Vec<&'m Resource> {
    let classes: BTreeMap<&str, &IngressClass> = manifests
        .classes
        .iter()
        .map(|(name, class)| (name.name.as_str(), class))
        .collect();
    // Several of them have their finding with the Ingresses.
    let default = default_class(manifests, &mut Vec::new()).unwrap_or_default();
    let mut ours = Vec::new();
    let mut others: BTreeMap<&str, Vec<&Resource>> = BTreeMap::new();
    for resource in resources {
        let written = resource.meta.annotation(OF_RESOURCES);
        let written = written.map(|annotation| annotation.value.value.as_str());
        let class = written.filter(|class| !class.is_empty()).unwrap_or(default);
        if !is_ours(class, &classes, settings) {
            others.entry(class).or_default().push(resource);
            continue;
        }
        if class.is_empty() && settings.classes.is_none() {
            let what = "has no class; who takes it depends on the cluster";
            findings.push(about_class(resource, Code::CLASS_MISSING, what).help(
                "add the annotation `ingress.class`, or list `\"\"` in `classes` to say that resources without a class are yours",
            ));
        }
        ours.push(resource);
    }
    for (class, resources) in others {
        let Some(first) = resources.first() else {
            continue;
        };
        let whose = match class {
            "" => "has no class".to_owned(),
            class => format!("is of the class `{class}`"),
        };
        let more = match resources.len() - 1 {
            0 => String::new(),
            more => format!(", as {more} more"),
        };
        let what = format!("{whose}{more}, which is not selected: no port is bound for it");
        findings.push(
            about_class(first, Code::NOTHING_SELECTED, &what)
                .severity(Severity::Info)
                .help("list the class in `classes`, if its ports are yours"),
        );
    }
    ours
}

fn about_class(resource: &Resource, code: Code, what: &str) -> Finding {
    let annotation = resource.meta.annotation(OF_RESOURCES);
    let place = annotation.map_or(resource.meta.origin, |it| it.value.origin);
    let object = format!("{} {}", resource.kind.name(), resource.meta.name);
    Finding::new(code, format!("{object} {what}"))
        .object(object)
        .field(format!("metadata.annotations[{OF_RESOURCES}]"))
        .at(place)
}

/// The class that counts; `""` when there is none.
fn class_of<'m>(
    ingress: &'m Ingress,
    default: Option<&'m str>,
    settings: &Settings,
    findings: &mut Vec<Finding>,
) -> &'m str {
    let name = &ingress.meta.name;
    let annotation = ingress.meta.annotation(ANNOTATION);
    if !is_haproxytech(settings)
        && let (Some(annotation), Some(field)) = (annotation, &ingress.class_name)
        && annotation.value.value != field.value
    {
        let finding =
            Finding::new(
                Code::CLASS_MISMATCH,
                format!(
                    "Ingress {name} is of class `{}` by annotation and of class `{}` by field",
                    annotation.value.value, field.value
                ),
            )
            .object(format_args!("Ingress {name}"))
            .field(format!("metadata.annotations[{ANNOTATION}]"))
            .label(annotation.value.origin, "the annotation, which wins here")
            .label(field.origin, "the field")
            .help(format!("remove the annotation `{ANNOTATION}` and keep `spec.ingressClassName`"))
            .note("the API server refuses such an Ingress; ingress-nginx and haproxytech follow the field, haproxy-ingress the annotation");
        findings.push(with_fix(finding, ingress));
    }
    counted(ingress, default, is_haproxytech(settings))
}

/// The class that counts, without a word about it. One controller reads the field only.
fn counted<'m>(ingress: &'m Ingress, default: Option<&'m str>, by_field: bool) -> &'m str {
    let class = if by_field {
        let field = ingress.class_name.as_ref();
        let field = field.map(|field| field.value.as_str());
        field.filter(|class| !class.is_empty())
    } else {
        // As the admission plugin does it: neither the field nor the annotation is there, not even empty.
        written(ingress)
    };
    class.or(default).unwrap_or_default()
}

/// How conflicts are told while nobody has chosen among classes: two controllers may serve one host, each to clients of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Classes<'m> {
    chosen: bool,
    by_field: bool,
    default: Option<&'m str>,
}

impl<'m> Classes<'m> {
    pub(super) fn new(manifests: &'m Manifests, settings: &Settings) -> Self {
        Self {
            chosen: settings.classes.is_some(),
            by_field: is_haproxytech(settings),
            default: default_class(manifests, &mut Vec::new()),
        }
    }

    /// A finding about two Ingresses in each other's way: where they are of different classes, both are named, and what to do first
    /// is to choose. Removing one would take a route from another controller.
    pub(super) fn tell(&self, finding: Finding, a: &Ingress, b: &Ingress) -> Finding {
        let of = |ingress| match counted(ingress, self.default, self.by_field) {
            "" => "no class".to_owned(),
            class => format!("class `{class}`"),
        };
        let (mine, theirs) = (of(a), of(b));
        if self.chosen || mine == theirs {
            return finding;
        }
        let message = format!(
            "{}; the one is of {mine}, the other of {theirs}, and both are taken",
            finding.message
        );
        Finding { message, ..finding }.help(
            "choose by `classes` or `--class` whose Ingresses are served here, then look again",
        )
    }
}

/// The class that an Ingress itself names, perhaps `""`; `None` when it leaves that to a default class.
pub(crate) fn written(ingress: &Ingress) -> Option<&str> {
    let annotation = ingress.meta.annotation(ANNOTATION);
    let annotation = annotation.map(|annotation| annotation.value.value.as_str());
    let field = ingress
        .class_name
        .as_ref()
        .map(|field| field.value.as_str());
    match (annotation, field) {
        (Some(""), Some(field)) => Some(field),
        (annotation, field) => annotation.or(field),
    }
}

/// Where a person would name another class.
fn place(ingress: &Ingress) -> Origin {
    let annotation = ingress.meta.annotation(ANNOTATION);
    let annotation = annotation.map(|annotation| annotation.value.origin);
    let field = ingress.class_name.as_ref().map(|field| field.origin);
    annotation.or(field).unwrap_or(ingress.meta.origin)
}

/// Only for Ingresses that are ours: how others name their class is not our business.
fn old_style(ingress: &Ingress, settings: &Settings) -> Option<Finding> {
    let name = &ingress.meta.name;
    let annotation = ingress.meta.annotation(ANNOTATION)?;
    if is_haproxytech(settings) {
        let class = &annotation.value.value;
        let same = ingress
            .class_name
            .as_ref()
            .is_some_and(|field| field.value == *class);
        return (!same).then(|| {
            Finding::new(
                Code::DIALECT_DEFAULT_DIFFERS,
                format!("Ingress {name} is of class `{class}` by an annotation that haproxytech does not read"),
            )
            .object(format_args!("Ingress {name}"))
            .field(format!("metadata.annotations[{ANNOTATION}]"))
            .at(annotation.key_origin)
            .help("remove it, and set `spec.ingressClassName` to the class that is meant")
            .note("under the profile `spec`, the annotation decides")
        });
    }
    let (message, help) = match (annotation.value.value.as_str(), &ingress.class_name) {
        (class, Some(field)) if field.value == class => (
            format!("Ingress {name} names its class `{class}` by annotation as well as by field"),
            format!("remove the annotation `{ANNOTATION}`"),
        ),
        // They differ, which is an error.
        (_, Some(_)) => return None,
        ("", None) => (
            format!(
                "Ingress {name} has an empty class annotation, so no default class is given to it"
            ),
            "remove the annotation, and set `spec.ingressClassName` to the class that is meant"
                .to_owned(),
        ),
        (class, None) => (
            format!("Ingress {name} names its class by annotation"),
            format!("replace the annotation by `spec.ingressClassName: {class}`"),
        ),
    };
    let finding = Finding::new(Code::DEPRECATED_CLASS_ANNOTATION, message)
        .object(format_args!("Ingress {name}"))
        .field(format!("metadata.annotations[{ANNOTATION}]"))
        .at(annotation.key_origin)
        .help(help);
    Some(with_fix(finding, ingress))
}

fn with_fix(finding: Finding, ingress: &Ingress) -> Finding {
    let fix = ingress.class_fix.as_deref().cloned();
    Finding { fix, ..finding }
}

fn is_ours(class: &str, classes: &BTreeMap<&str, &IngressClass>, settings: &Settings) -> bool {
    if let Some(listed) = &settings.classes {
        return listed.iter().any(|name| name == class);
    }
    match classes.get(class) {
        Some(object) if is_haproxytech(settings) => is_of(CONTROLLERS[0], &object.controller.value),
        None if is_haproxytech(settings) => class.is_empty() || class == WELL_KNOWN[0],
        Some(object) => is_known(&object.controller.value),
        None => class.is_empty() || WELL_KNOWN.contains(&class),
    }
}

fn is_known(controller: &str) -> bool {
    CONTROLLERS.iter().any(|known| is_of(known, controller))
}

fn is_of(known: &str, controller: &str) -> bool {
    controller
        .strip_prefix(known)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn is_haproxytech(settings: &Settings) -> bool {
    settings.annotations.profile == Profile::HaproxyTech
}

/// That controller asks the cluster for the object of a class; whether it is there is not known here.
fn without_object(
    ingress: &Ingress,
    class: &str,
    classes: &BTreeMap<&str, &IngressClass>,
    settings: &Settings,
) -> Option<Finding> {
    let field = ingress.class_name.as_ref()?;
    if !is_haproxytech(settings) || classes.contains_key(class) {
        return None;
    }
    let name = &ingress.meta.name;
    Some(
        Finding::new(
            Code::DIALECT_DEFAULT_DIFFERS,
            format!("Ingresses of class `{class}`, such as {name}, are taken, though no IngressClass `{class}` is among the manifests"),
        )
        .object(format_args!("Ingress {name}"))
        .field("spec.ingressClassName")
        .at(field.origin)
        .help("add the IngressClass to the inputs, or see that the cluster has it")
        .note("haproxytech ignores Ingresses whose class has no object of the controller `haproxy.org/ingress-controller`"),
    )
}

/// A class that only an annotation of old versions of haproxytech names.
fn history(ingress: &Ingress) -> Option<Finding> {
    let name = &ingress.meta.name;
    let mut keys = Dialect::HaproxyTech.prefixes().iter();
    let (key, annotation) = keys.find_map(|prefix| {
        let key = format!("{prefix}ingress.class");
        let annotation = ingress.meta.annotation(&key)?;
        Some((key, annotation))
    })?;
    Some(
        Finding::new(
            Code::INEFFECTIVE_ANNOTATION,
            format!("`{key}` of Ingress {name} does nothing since version 3.2 of the controller"),
        )
        .object(format_args!("Ingress {name}"))
        .field(format!("metadata.annotations[{key}]"))
        .at(annotation.value.origin)
        .help("remove it, and name the class in `spec.ingressClassName`"),
    )
}

/// The class that admission gives to Ingresses without one. Of several, a cluster takes the newest, which nobody knows here.
fn default_class<'m>(manifests: &'m Manifests, findings: &mut Vec<Finding>) -> Option<&'m str> {
    let mut defaults = manifests
        .classes
        .values()
        .filter_map(|class| Some((class.meta.name.name.as_str(), class.is_default?)));
    let (first, first_origin) = defaults.next()?;
    for (other, origin) in defaults {
        findings.push(
            Finding::new(
                Code::SEVERAL_DEFAULT_CLASSES,
                format!("IngressClass {other} and IngressClass {first} are both the default"),
            )
            .object(format_args!("IngressClass {other}"))
            .field("metadata.annotations[ingressclass.kubernetes.io/is-default-class]")
            .label(origin, "this one")
            .label(first_origin, "and this one, which is taken here")
            .help("keep the annotation `ingressclass.kubernetes.io/is-default-class` on one class")
            .note(
                "a cluster takes the class that was created last, which the manifests do not tell",
            ),
        );
    }
    Some(first)
}

fn classless(ingress: &Ingress) -> Finding {
    let name = &ingress.meta.name;
    Finding::new(
        Code::CLASS_MISSING,
        format!("Ingress {name} has no class; who takes it depends on the cluster"),
    )
    .object(format_args!("Ingress {name}"))
    .field("spec.ingressClassName")
    .at(ingress.meta.origin)
    .help("set `spec.ingressClassName`, or list `\"\"` in `classes` to say that Ingresses without a class are yours")
}

fn nothing_selected(selection: &Selection, first: &Ingress, settings: &Settings) -> Finding {
    let found: Vec<String> = selection
        .skipped
        .iter()
        .map(|(class, count)| match class.as_str() {
            "" => format!("none ({count})"),
            class => format!("`{class}` ({count})"),
        })
        .collect();
    let wanted = match &settings.classes {
        Some(listed) => format!("selected classes: {}", quoted(listed)),
        None => "selected: every class whose controller is known".to_owned(),
    };
    let example = selection.skipped.keys().next().map_or("", String::as_str);
    let example = if example.is_empty() { "\"\"" } else { example };
    Finding::new(
        Code::NOTHING_SELECTED,
        match selection.skipped.values().sum::<usize>() {
            1 => "the only Ingress is not of a selected class".to_owned(),
            count => format!("none of the {count} Ingresses is of a selected class"),
        },
    )
    .label(place(first), "the first of them")
    .help(format!(
        "select a class that is there with `--class {example}`, or list it in `classes`; found: {}",
        found.join(", ")
    ))
    .note(wanted)
}

fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names
        .iter()
        .map(|name| match name.as_str() {
            "" => "`\"\"`".to_owned(),
            name => format!("`{name}`"),
        })
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::testing::{World, codes};

    fn chosen(world: &World, settings: &Settings) -> (Vec<String>, Selection, Vec<String>) {
        let mut findings = Vec::new();
        let (ours, selection) = select(&world.manifests, settings, &mut findings);
        let names = ours.iter().map(|i| i.meta.name.name.clone()).collect();
        (names, selection, codes(&findings))
    }

    fn listed(names: &[&str]) -> Settings {
        Settings {
            classes: Some(names.iter().map(|&name| name.to_owned()).collect()),
            ..Settings::default()
        }
    }

    #[test]
    fn a_class_is_ours_by_controller_then_by_well_known_name() {
        let mut world = World::default();
        for class in ["edge", "other", "nginx", "haproxy", "unheard-of"] {
            world.ingress("a", class).class_name = Some(world_value(class));
        }
        world.class("edge", "haproxy.org/ingress-controller/edge", false);
        world.class("other", "haproxy.org/ingress-controllers", false);
        world.class("nginx", "example.com/forked", false);
        let (ours, selection, _) = chosen(&world, &Settings::default());
        assert_eq!(ours, ["edge", "haproxy"]);
        assert_eq!(selection.skipped.len(), 3);
    }

    fn world_value(text: &str) -> crate::source::Sourced<String> {
        crate::lower::testing::value(text)
    }

    #[test]
    fn a_list_of_classes_is_taken_literally() {
        let mut world = World::default();
        world.ingress("a", "none");
        world.ingress("a", "x").class_name = Some(world_value("x"));
        world.ingress("a", "haproxy").class_name = Some(world_value("haproxy"));
        assert_eq!(chosen(&world, &listed(&["x"])).0, ["x"]);
        assert_eq!(chosen(&world, &listed(&["", "x"])).0, ["none", "x"]);
        assert!(chosen(&world, &listed(&[""])).2.is_empty());
    }

    #[test]
    fn an_ingress_without_class_is_taken_with_a_warning() {
        let mut world = World::default();
        world.ingress("a", "web");
        let (ours, _, codes) = chosen(&world, &Settings::default());
        assert_eq!((ours.len(), codes), (1, vec!["ING110".to_owned()]));
    }

    #[test]
    fn a_default_class_takes_only_objects_without_field_and_annotation() {
        let mut world = World::default();
        world.class("edge", "example.com/not-ours", true);
        world.ingress("a", "bare");
        world.ingress("a", "empty-annotation").meta.annotations =
            vec![crate::lower::testing::annotation(ANNOTATION, "")];
        let (ours, selection, codes) = chosen(&world, &Settings::default());
        assert_eq!(ours, ["empty-annotation"]);
        assert_eq!(selection.skipped["edge"], 1);
        assert_eq!(codes, ["ING110", "ING126"]);
    }

    #[test]
    fn the_help_about_an_annotation_names_a_class_only_where_there_is_one() {
        for (class, expected) in [
            ("haproxy", "`spec.ingressClassName: haproxy`"),
            ("", "remove"),
        ] {
            let mut world = World::default();
            world.ingress("a", "web").meta.annotations =
                vec![crate::lower::testing::annotation(ANNOTATION, class)];
            let mut findings = Vec::new();
            select(&world.manifests, &listed(&[class]), &mut findings);
            assert_eq!(codes(&findings), ["ING126"]);
            let help = findings[0].help.as_deref().unwrap_or_default();
            assert!(help.contains(expected) && !help.contains(": `"), "{help}");
        }
    }

    #[test]
    fn how_an_ingress_of_somebody_else_names_its_class_is_not_our_business() {
        let mut world = World::default();
        world.ingress("a", "web").meta.annotations =
            vec![crate::lower::testing::annotation(ANNOTATION, "gce")];
        assert_eq!(chosen(&world, &Settings::default()).2, ["ING326"]);
    }

    #[test]
    fn the_annotation_wins_over_the_field_and_is_reported() {
        let mut world = World::default();
        let ingress = world.ingress("a", "web");
        ingress.class_name = Some(world_value("haproxy"));
        ingress.meta.annotations = vec![crate::lower::testing::annotation(ANNOTATION, "x")];
        let (ours, _, codes) = chosen(&world, &listed(&["x"]));
        assert_eq!((ours.len(), codes), (1, vec!["ING109".to_owned()]));
    }

    #[test]
    fn two_default_classes_are_an_error() {
        let mut world = World::default();
        world.class("a", "haproxy.org/ingress-controller", true);
        world.class("b", "haproxy.org/ingress-controller", true);
        assert_eq!(chosen(&world, &Settings::default()).2, ["ING121"]);
    }

    #[test]
    fn selecting_nothing_names_what_is_there() {
        let mut world = World::default();
        world.ingress("a", "web").class_name = Some(world_value("x"));
        let mut findings = Vec::new();
        select(&world.manifests, &listed(&["y"]), &mut findings);
        assert_eq!(codes(&findings), ["ING326"]);
        assert!(
            findings[0]
                .help
                .as_deref()
                .is_some_and(|help| help.contains("--class x") && help.contains("`x` (1)"))
        );
        assert!(chosen(&World::default(), &Settings::default()).2.is_empty());
    }
}
