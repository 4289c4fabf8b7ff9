"""Run as a program it is a worker that does the next job, its rows slowly enough to be killed."""

import time

if __name__ == "__main__":
    import django

    django.setup()

    from assets.importing.writing import RowWriter
    from records.jobs import run_next_job

    write = RowWriter.write

    def slowly(self: RowWriter, row: object) -> None:
        write(self, row)  # type: ignore[arg-type]  # -- a row
        time.sleep(0.1)

    RowWriter.write = slowly  # type: ignore[method-assign]  # -- for this process only
    run_next_job()
