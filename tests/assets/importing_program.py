"""Run as a program it is a worker that does the next job, slowly enough to be killed."""

import time

if __name__ == "__main__":
    import django

    django.setup()

    from assets.importing.writing import RowWriter
    from assets.services import importing
    from records.jobs import run_next_job

    write = RowWriter.write_all

    def slowly(self: RowWriter, rows: object) -> None:
        write(self, rows)  # type: ignore[arg-type]  # -- rows
        time.sleep(0.2)

    RowWriter.write_all = slowly  # type: ignore[method-assign]  # -- for this process only
    importing.WRITTEN_AT_ONCE = 2
    run_next_job()
