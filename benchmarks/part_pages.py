"""First page of the case list beside Odoo's own list of contacts, as the web client asks for it."""

import statistics
import time

import common

common.find_tools()

import harness  # noqa: E402
from lxml import etree  # noqa: E402


def specification(env, model):
    """The fields of the model's default list, as the web client asks for them."""
    view = env[model].get_views([(False, "list")])
    tree = etree.fromstring(view["views"]["list"]["arch"])
    fields = view["models"][model]["fields"]
    result = {}
    for node in tree.iterchildren("field"):
        name = node.get("name")
        relation = fields[name].get("relation")
        result[name] = {"fields": {"display_name": {}}} if relation else {}
    return result, view["views"]["list"].get("id")


def page(env, model, spec):
    env.invalidate_all()
    start = time.perf_counter()
    answer = env[model].web_search_read([], spec, limit=80, count_limit=10001)
    return time.perf_counter() - start, answer["length"], len(answer["records"])


def main():
    parser = common.part_arguments(__doc__)
    parser.add_argument("--times", type=int, default=15)
    args = parser.parse_args()
    registry = harness.boot(args)
    with harness.environment(registry) as env:
        env = env(user=env.ref("base.user_admin"))
        env = env(context={"allowed_company_ids": env.user.company_ids.ids, "lang": "en_US"})
        models = ("collection.case", "res.partner")
        specs = {model: specification(env, model)[0] for model in models}
        times = {model: [] for model in models}
        for number in range(args.times + 1):
            for model in models:
                wall, length, rows = page(env, model, specs[model])
                if number:
                    times[model].append(wall)
                else:
                    print(model, "fields", len(specs[model]), "count", length, "rows", rows)
        for model in models:
            median = statistics.median(times[model])
            harness.emit({"name": f"page.{model}", "db": args.database, "wall": round(median, 5)})


if __name__ == "__main__":
    main()
