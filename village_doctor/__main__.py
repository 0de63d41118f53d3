"""`python -m village_doctor`: the clinic's command line."""

from village_doctor.cli.main import main

if __name__ == "__main__":
    main()
