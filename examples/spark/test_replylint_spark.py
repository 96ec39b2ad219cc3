"""Holds the recipe against one run on one machine, record by record. To be run by hand:

    pip install pyspark pandas pyarrow        # and a Java runtime
    python examples/spark/test_replylint_spark.py target/release/replylint 200000
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time

from pyspark.sql import SparkSession

import replylint_spark
from replylint_spark import check_replies

WORKERS = 2
PARTITIONS = 8

OPENINGS = ["Hi Ana,\n\n", "Hello Tomáš,\n\n", "Dear customer,\n\n", "", "Hey 😀,\n\n"]
SENTENCES = [
    "You failed to attach the invoice.",
    "Thank you for telling us.",
    "Your parcel is running three days late because of the courier.",
    "We're sorry that the tin was dented.",
    "Calm down, it will be there tomorrow.",
    "That's our policy.",
    "I've sent you a new one today, and it arrives on Friday.",
    "Unfortunately we can't refund that.",
    "The line was “down” — all of it — since 9:40.",
    "Just restart the router!!!",
]
CLOSINGS = ["\n\nKind regards,\nMira", "\n\nBest,\nTeam", ""]
CUSTOMERS = [None, "My parcel is two weeks late. Where is it?", "I'm furious!", "Can I pay by card?"]


def rows(count):
    """Invented replies, always the same. Every thousandth is null, and one is too long to be a reply."""
    chance = random.Random(7)
    for number in range(count):
        body = " ".join(chance.choices(SENTENCES, k=chance.randint(1, 9)))
        reply = chance.choice(OPENINGS) + body + chance.choice(CLOSINGS)
        customer = chance.choice(CUSTOMERS)
        if number % 1000 == 999:
            reply = None
        if number == 1234:
            reply = "x" * 1_100_000
        yield f"ticket-{number}", reply, customer


def on_one_machine(binary, path):
    command = [binary, "check", "--no-config", path, "--format", "jsonl", "--fail-on", "never"]
    output = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    fields = ["rule", "severity", "message", "start", "end", "match"]
    answers = map(json.loads, output.decode().splitlines())
    return {a["id"]: [tuple(finding[field] for field in fields) for finding in a["findings"]] for a in answers}


def main(binary, count):
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    binary = os.path.abspath(binary)
    given = list(rows(count))
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "replies.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            for row_id, reply, customer in given:
                file.write(json.dumps({"id": row_id, "reply": reply, "customer": customer}) + "\n")
        started = time.time()
        alone = on_one_machine(binary, path)
        took_alone = time.time() - started

        spark = SparkSession.builder.master(f"local[{WORKERS}]").appName("replylint")
        spark = spark.config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC").getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        # As on a cluster: the binary and the recipe are shipped.
        spark.sparkContext.addFile(binary)
        spark.sparkContext.addPyFile(replylint_spark.__file__)
        stored = os.path.join(directory, "replies.parquet")
        frame = spark.createDataFrame(given, "id string, reply string, customer string")
        frame.write.parquet(stored)
        frame = spark.read.parquet(stored).repartition(PARTITIONS)
        started = time.time()
        checked = check_replies(
            frame, id="id", reply="reply", customer="customer", binary=os.path.basename(binary), args=["--no-config", "-j1"]
        )
        answers = checked.collect()
        took_spark = time.time() - started
        partitions = frame.rdd.getNumPartitions()
        spark.stop()

    assert len(answers) == count, f"{count} replies went in, {len(answers)} came back"
    by_id = {answer["id"]: answer for answer in answers}
    assert len(by_id) == count, "an id came back twice"
    different = 0
    for row_id, _, _ in given:
        answer = by_id[row_id]
        assert answer["checked"] == (row_id in alone), f"{row_id} was checked in one run only"
        if [tuple(finding) for finding in answer["findings"]] != alone.get(row_id, []):
            different += 1
    findings = sum(len(found) for found in alone.values())
    print(f"{count} replies, {count - len(alone)} not to be checked, {findings} findings, {different} replies differ")
    print(f"one run: {took_alone:.1f} s; Spark, local[{WORKERS}], {partitions} partitions: {took_spark:.1f} s")
    assert different == 0 and findings > 0 and partitions > 1


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20_000)
