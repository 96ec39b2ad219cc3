"""Checks a Spark DataFrame of archived replies with replylint.

One `replylint` process per partition is fed and read as a stream, so that neither Python nor replylint ever holds a
partition. Rows come back in the order in which they went in, each with its id:

    from replylint_spark import check_replies
    checked = check_replies(spark.read.parquet("archive"), id="ticket", reply="answer", customer="question")
    checked.select("ticket", F.explode("findings")).groupBy("col.rule").count()
"""

import json
import os
import subprocess
import tempfile
import threading
from collections import deque
from itertools import islice

from pyspark import SparkFiles
from pyspark.sql import types as T

FINDING = T.StructType(
    [
        T.StructField("rule", T.StringType()),
        T.StructField("severity", T.StringType()),
        T.StructField("message", T.StringType()),
        # Bytes of the reply in UTF-8.
        T.StructField("start", T.IntegerType()),
        T.StructField("end", T.IntegerType()),
        T.StructField("match", T.StringType()),
    ]
)

# Rows that are handed to Spark at a time.
BATCH = 2000


def check_replies(replies, id, reply, customer=None, channel=None, binary="replylint", args=()):
    """The findings for each row of `replies`: its `id` column, `findings`, and `checked`.

    `reply`, `customer` and `channel` name the columns that replylint reads. `binary` is a path on the workers, a name on
    their PATH, or the name of a file that was shipped with `spark.addFile` or `--files`; `args` are more arguments for
    `replylint check`, in which `{files}` stands for the directory of shipped files. A row whose reply is null or can't be
    checked has `checked` false and no findings; why is in the worker's log.
    """
    columns = {"reply": reply, "customer": customer, "channel": channel}
    columns = {key: name for key, name in columns.items() if name is not None}
    args = list(args)
    schema = T.StructType(
        [replies.schema[id], T.StructField("findings", T.ArrayType(FINDING)), T.StructField("checked", T.BooleanType())]
    )

    def check_partition(batches):
        import pandas

        rows = _check(_records(batches, id, columns), _place(binary), [_filled(arg) for arg in args])
        while batch := list(islice(rows, BATCH)):
            yield pandas.DataFrame(batch, columns=schema.names)

    return replies.select(id, *columns.values()).mapInPandas(check_partition, schema)


def _records(batches, id, columns):
    """The id and the record of each row."""
    for batch in batches:
        values = [batch[name] for name in columns.values()]
        for row in zip(batch[id], *values):
            # Nulls come as None, or as NaN where a whole column is null.
            record = {key: value for key, value in zip(columns, row[1:]) if isinstance(value, str)}
            yield row[0], record


def _place(binary):
    shipped = os.path.join(SparkFiles.getRootDirectory(), binary)
    return shipped if os.path.isfile(shipped) else binary


def _filled(arg):
    return arg.replace("{files}", SparkFiles.getRootDirectory())


def _check(records, binary, args):
    """Yields `(id, findings, checked)` for each of `records`, in order."""
    command = [binary, "check", "--input-format", "jsonl", "--format", "jsonl", "--fail-on", "never", *args, "-"]
    # Problems go to a file: a pipe that nobody reads would fill up.
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said)
        # The rows that replylint has and has not answered yet. It is asked by number, so that any ids will do.
        waiting = deque()
        failure = []

        def feed():
            try:
                with process.stdin as stdin:
                    for number, (row_id, record) in enumerate(records):
                        waiting.append((number, row_id))
                        if "reply" not in record:
                            continue
                        record["id"] = number
                        stdin.write(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            except BaseException as error:  # it would be lost with the thread
                failure.append(error)

        feeder = threading.Thread(target=feed, daemon=True)
        feeder.start()
        try:
            for line in process.stdout:
                answer = json.loads(line)
                if answer.get("aside"):
                    continue  # about what replylint was told, not about a reply
                while waiting[0][0] < answer["id"]:
                    yield waiting.popleft()[1], [], False
                yield waiting.popleft()[1], [_finding(finding) for finding in answer["findings"]], True
            feeder.join()
            status = process.wait()
        finally:
            process.kill()  # no effect if it has ended
            process.wait()
        said.seek(0)
        problems = said.read().decode("utf-8", "replace")
    # 2 says that something could not be checked: single rows, or nothing at all.
    is_refused = status == 2 and "problem: <stdin>:" not in problems
    if status not in (0, 1, 2) or is_refused or any(isinstance(error, BrokenPipeError) for error in failure):
        raise RuntimeError(f"replylint ended with status {status}: {problems[-2000:]}")
    if failure:
        raise failure[0]
    if problems:
        print(problems[-20000:])
    for _, row_id in waiting:
        yield row_id, [], False


def _finding(finding):
    return {field: finding[field] for field in FINDING.names}
