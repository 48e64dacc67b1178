"""The peers: nginx with files of given bytes, datasette and its roll-up query, DuckDB's table load."""

import os
from urllib.parse import urlencode

from generate import WEEK_MONDAY, julian
from load import Request
from processes import Server, free_port

# The weekly totals of 20 products over 13 weeks: 260 rows.
ROLL_UP = ("select product, week, micro from weekly_product "
           f"where week >= {julian(WEEK_MONDAY) - 12 * 7} and week < {julian(WEEK_MONDAY) + 7}")

NGINX = """
{user}
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
worker_processes 2;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  etag on;
  keepalive_requests 10000000;
  types {{ }}
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/files;
  }}
}}
"""


class Nginx:
    """Serves `files/` of its folder as it lies there."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        (folder / "files").mkdir(parents=True, exist_ok=True)
        self.file("ready", b"ready\n")
        (folder / "nginx.conf").write_text(NGINX.format(
            folder=folder, port=self.port, user="user root;" if os.getuid() == 0 else ""))
        command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e",
                   str(folder / "nginx.log"), "-g", "daemon off;"]
        self.server = Server("nginx", command, self.url("ready"), folder / "nginx.out")

    def url(self, name):
        return f"http://127.0.0.1:{self.port}/{name}"

    def file(self, name, content):
        (self.folder / "files" / name).write_bytes(content)
        return Request(self.url(name))


class Datasette:
    """Serves the clustered database with its roll-ups."""

    def __init__(self, folder, program, database):
        port = free_port()
        self.base = f"http://127.0.0.1:{port}/{database.stem}"
        command = [str(program), "serve", str(database), "--host", "127.0.0.1", "--port", str(port),
                   "--setting", "sql_time_limit_ms", "30000", "--setting", "max_returned_rows", "5000"]
        self.json = Request(f"{self.base}.json?" + urlencode({"_shape": "array", "sql": ROLL_UP}))
        self.html = Request(f"{self.base}?" + urlencode({"sql": ROLL_UP}))
        self.server = Server("datasette", command, self.json.url, folder / "datasette.log")


def duckdb_load(python, focus):
    """Everything of the csv.gz as a table in memory, which is kinder than one on the disk."""
    script = ("import duckdb, sys; c = duckdb.connect(); "
              "c.execute('set enable_progress_bar = false'); "
              "c.execute('create table cost as select * from read_csv(?)', [sys.argv[1]]); "
              "print(c.execute('select count(*) from cost').fetchone()[0])")
    return [str(python), "-c", script, str(focus)]
