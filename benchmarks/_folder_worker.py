"""Worker: loads a folder of scores as tokens, for the memory of a process that does nothing else.

Argument: the folder. The cases are "transform", of each file as it is read, and "keep", of all scores at the end.
"""

from _report import resident_mib
from _workers import arguments, serve
from bench_folder import make_steps

from skemovae import load_music_folder


def main():
    """Serve both cases."""
    (folder,) = arguments()
    steps = make_steps()

    def transform():
        load_music_folder(folder, transform=steps)

    def keep():
        steps.transform(load_music_folder(folder).data)

    serve({"transform": transform, "keep": keep}, resident_mib=resident_mib())


if __name__ == "__main__":
    main()
