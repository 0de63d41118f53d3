"""`python -m village_doctor.township`: the township's command line."""

from village_doctor.township.cli import main

if __name__ == "__main__":
    main()
