"""The shipped catalogue: complete, free of contradictions, and honest about what it knows."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shadow_scan.bundled import bundled
from shadow_scan.rules.explain import explain
from shadow_scan.rules.lint import lint
from shadow_scan.rules.loader import load_rules
from shadow_scan.rules.matcher import Matcher, declared_patterns
from shadow_scan.rules.ruleset import RuleSet
from shadow_scan.rules.schema import vendor_schema
from shadow_scan.rules.selftest import selftest

MOST_USED = (
    *("openai", "anthropic", "google", "microsoft", "github", "perplexity-ai", "mistral-ai"),
    *("deepseek", "xai", "meta", "hugging-face", "midjourney", "superhuman", "deepl", "otter-ai"),
    *("notion", "anysphere", "elevenlabs", "runway-ai", "jasper-ai", "canva", "cohere", "groq"),
    *("replicate", "together"),
)
SERVICES = 658
"""Services whose hosts are known with high or medium confidence; plans of one service are one."""

RULES = load_rules(bundled("rules"))
MATCHER = Matcher(RULES)
LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
NEVER = st.sampled_from(sorted(RULES.never))


def service_of(host: str, path: str | None = None) -> str | None:
    found = MATCHER.match(host, path)
    return found.service if found is not None and found.counted else None


def test_every_service_of_the_reference_is_there() -> None:
    assert len(RULES.services) == SERVICES
    named = {
        *("chatgpt", "claude", "microsoft-copilot", "github-copilot", "openai-api", "otter"),
        "hugging-face",
    }
    assert named <= set(RULES.services)


def test_the_catalogue_has_no_lint_errors_and_passes_its_own_tests() -> None:
    assert [str(problem) for problem in lint(RULES) if problem.severity == "error"] == []
    assert [str(failure) for failure in selftest(RULES)] == []


@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("chatgpt.com", "chatgpt"),
        ("claude.ai", "claude"),
        ("api.openai.com", "openai-api"),
        ("gemini.google.com", "gemini"),
        ("bedrock-runtime.eu-west-1.amazonaws.com", "amazon-bedrock"),
        ("europe-west4-aiplatform.googleapis.com", "vertex-ai"),
        ("chatgpt-async-webps-prod-eastus-12.webpubsub.azure.com", "chatgpt"),
    ],
)
def test_hosts_of_services_are_found(host: str, service: str) -> None:
    assert service_of(host) == service


@pytest.mark.parametrize(
    "host",
    [
        *("notchatgpt.com", "chatgpt.com.evil.example", "gemini.com", "chatgpt.co", "com", ""),
        *("auth.openai.com", "docs.chatgpt.com", "status.claude.ai", "ab.chatgpt.com"),
        *("www.chatgpt.com", "login.claude.ai", "github.com", "huggingface.example"),
        *("chatgpt.com\x1b[2J", "x" * 10_000, "." * 300, "chatgpt..com"),
    ],
)
def test_lookalikes_and_hosts_that_never_count_are_no_service(host: str) -> None:
    assert service_of(host) is None


def test_shared_hosts_count_only_beside_a_service() -> None:
    shared = MATCHER.host("files.oaiusercontent.com")
    assert shared is not None
    assert (shared.beside, shared.counted, shared.vendor) == (True, False, "openai")


def test_paths_decide_where_a_host_is_shared_by_services() -> None:
    assert service_of("chatgpt.com", "/backend-api/conversation") == "chatgpt"
    assert service_of("chatgpt.com", "/backend-api/codex/tasks") == "openai-codex"
    assert service_of("chatgpt.com", "/share/abc") is None
    assert service_of("github.com", "/copilot") is not None
    assert service_of("github.com", "/pulls") is None


@given(LABELS)
def test_a_name_under_a_service_is_the_service(label: str) -> None:
    if label not in RULES.never and label not in ("www", "ab"):
        assert service_of(f"{label}.chatgpt.com") in ("chatgpt", "sora", "chatgpt-workspace-agents")


@given(LABELS)
def test_a_name_glued_to_a_service_never_is(label: str) -> None:
    assert service_of(f"{label}chatgpt.com") is None
    assert service_of(f"chatgpt.com.{label}.example") is None


@given(NEVER, LABELS)
def test_sign_in_docs_and_status_never_count(never: str, label: str) -> None:
    assert service_of(f"{never}.claude.ai") is None
    assert service_of(f"{label}.{never}.claude.ai") is None


@given(st.text(max_size=300), st.one_of(st.none(), st.text(max_size=300)))
def test_any_name_gets_an_answer_and_an_explanation(host: str, path: str | None) -> None:
    MATCHER.match(host, path)
    assert explain(MATCHER, host, path)


def test_nothing_unverified_stands_as_a_fact() -> None:
    """Facts and prices name where they come from; what came from memory is none of them."""
    for service in RULES.services.values():
        sources = [fact.source for fact in service.facts] + [plan.source for plan in service.plans]
        named = [re.sub(r"https://\S+", "a page", source) for source in sources]
        assert all(source.strip() and "memory" not in source for source in named)


def test_a_host_that_only_one_plan_uses_tells_the_plan() -> None:
    found = MATCHER.host("api.business.githubcopilot.com")
    assert found is not None
    assert (found.service, found.plan) == ("github-copilot", "business")
    unknown = MATCHER.host("api.githubcopilot.com")
    assert unknown is not None
    assert (unknown.service, unknown.plan) == ("github-copilot", None)


def test_only_the_projects_own_paths_count_where_people_choose_names() -> None:
    assert service_of("github.com", "/copilot-fans/tool") is None
    assert service_of("github.com", "/copilot/c/abc") == "github-copilot"
    assert service_of("huggingface.co", "/chatty-lab/model/resolve/main/x") == "hugging-face"
    assert service_of("huggingface.co", "/docs/hub/resolve/x") is None


def test_resources_that_customers_name_count_whatever_their_name() -> None:
    assert service_of("support.openai.azure.com") == "azure-openai"
    assert service_of("support.claude.ai") is None


def test_hosts_that_everybody_loads_are_known_and_never_count() -> None:
    for host in ("challenges.cloudflare.com", "o1.ingest.sentry.io", "login.live.com"):
        found = MATCHER.host(host)
        assert found is not None
        assert (found.service, found.counted, found.beside) == (None, False, False)


def test_a_shared_host_may_join_the_services_of_its_vendor_only() -> None:
    shared = MATCHER.host("files.oaiusercontent.com")
    assert shared is not None
    joined = MATCHER.beside_services(shared)
    assert {"chatgpt", "openai-api", "sora"} <= joined
    assert "claude" not in joined
    counted = MATCHER.host("chatgpt.com")
    assert counted is not None
    assert MATCHER.beside_services(counted) == frozenset()


def test_every_file_carries_a_yes_and_a_no() -> None:
    """Written or implied; a service that no log can show is the one exception."""
    unseen = {"google-search-ai-mode"}
    yes = {match.service for match in declared_patterns(RULES) if match.counted}
    assert set(RULES.services) - yes == unseen
    written = {file for file, vendor in RULES.vendors.items() if vendor.tests}
    assert {f"vendors/{name}.toml" for name in MOST_USED} <= written


def test_surfaces_are_named_only_where_a_source_tells_them() -> None:
    services = RULES.services
    assert services["claude-code"].surfaces == ("cli", "ide", "desktop")
    assert services["github-mcp-server"].surfaces == ("api",)
    assert services["chatgpt"].surfaces == ("web", "desktop", "mobile")


def test_hosts_support_no_fact_about_terms() -> None:
    """A list of host names says nothing of training, sign-on or certificates."""
    for service in RULES.services.values():
        assert all("host lists" not in fact.source for fact in service.facts)


def test_explain_tells_which_label_or_path_decided() -> None:
    docs = "\n".join(explain(MATCHER, "docs.cohere.com", None))
    assert "'docs.' stands for docs" in docs
    path = "\n".join(explain(MATCHER, "chatgpt.com", "/codex/tasks"))
    assert "without this path is chatgpt" in path
    glued = "\n".join(explain(MATCHER, "notchatgpt.com", None))
    assert "no dot stands before it" in glued
    third = "\n".join(explain(MATCHER, "js.stripe.com", None))
    assert "third parties" in third


def test_explain_never_calls_an_unverified_vendor_a_fact() -> None:
    assert RULES.services["sora"].is_unverified("vendor")
    assert "(vendor unverified)" in explain(MATCHER, "sora.com", None)[0]
    assert "unverified" not in explain(MATCHER, "chatgpt.com", None)[0]


def test_explain_says_why_a_lookalike_is_none() -> None:
    steps = "\n".join(explain(MATCHER, "chatgpt.com.evil.example", None))
    assert "no AI service" in steps
    assert "only contains chatgpt.com" in steps
    for word in ("chatgpt", "gemini app"):
        assert "is a service: ask for a host of it, such as" in explain(MATCHER, word, None)[1]


def test_the_digest_is_of_the_content_alone() -> None:
    backwards = replace(RULES, vendors=dict(reversed(list(RULES.vendors.items()))))
    assert backwards.digest == RULES.digest
    fewer = dict(list(RULES.vendors.items())[1:])
    assert replace(RULES, vendors=fewer).digest != RULES.digest


def test_the_schema_for_editors_is_current() -> None:
    written = json.loads((bundled("rules") / "schema" / "vendor.schema.json").read_text("utf-8"))
    assert written == vendor_schema()


def test_every_file_is_named_after_its_vendor() -> None:
    for file, vendor in RULES.vendors.items():
        assert Path(file).stem == vendor.id


def test_explain_names_the_paths_that_would_have_counted() -> None:
    steps = "\n".join(explain(MATCHER, "github.com", "/copilot-fans/tool"))
    assert "github.com/copilot/*" in steps


def test_two_files_of_one_vendor_have_one_digest_in_any_order() -> None:
    """An organisation adds to a shipped vendor in a file of its own."""
    openai = RULES.vendors["vendors/openai.toml"]
    more = openai.model_copy(update={"products": openai.products[:1]})
    there = RuleSet({"a": openai, "b": more}, RULES.never)
    back = RuleSet({"b": more, "a": openai}, RULES.never)
    assert there.digest == back.digest
    assert there.updated == openai.recorded
