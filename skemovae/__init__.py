"""Melodies with a chosen emotion: a scikit-learn-style variational autoencoder on the valence-arousal plane.

Scores become tokens, tokens become points on Russell's valence-arousal plane, and points on the plane become new
melodies; every step is an ordinary scikit-learn object. Importing this package loads no deep-learning framework: each
name below is imported when it is first used.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "composition",
        "datasets",
        "display",
        "emotion",
        "explorer",
        "io",
        "metrics",
        "nn",
        "notebook",
        "persistence",
        "plane",
        "preprocessing",
        "pretrained",
        "score",
        "sound",
        "testing",
        "vae",
    ],
    submod_attrs={
        "composition": ["compose_piece", "generate", "interpolate", "locate", "reemote"],
        "datasets": ["fetch_musgenvae", "load_bach_chorales", "load_folk_tunes", "load_music_folder"],
        "display": [
            "DecodedPlaneDisplay",
            "LatentPlaneDisplay",
            "MelodicQualityDisplay",
            "MetricComparisonDisplay",
            "PianoRollDisplay",
            "TrainingHistoryDisplay",
        ],
        "explorer": ["explore"],
        "io": ["ScoreReadError", "from_music21", "read_music", "write_music"],
        "metrics": [
            "EmotionJudge",
            "NGramModel",
            "class_separation",
            "class_separation_scorer",
            "content_preservation",
            "count_nearer",
            "diversity",
            "emotion_control",
            "emotion_control_scorer",
            "interpolatability",
            "interval_distance",
            "label_fed_quadrant_accuracy",
            "make_emotion_control_scorer",
            "melodic_quality",
            "melody_metrics",
            "metric_table",
            "muspy_distance",
            "neg_muspy_distance_scorer",
            "neg_two_sample_auc_scorer",
            "plane_interpretability",
            "prior_mismatch",
            "quadrant_accuracy",
            "quadrant_accuracy_scorer",
            "reconstruction_quality",
            "reconstruction_scorer",
            "trade_off_curve",
            "training_copies",
            "two_sample_auc",
        ],
        "notebook": ["Melodies"],
        "persistence": ["ModelFileError", "load_model", "save_model"],
        "preprocessing": ["Excerpt", "KeyNormalizer", "PitchEncoder", "SopranoExtractor", "TempoNormalizer"],
        "pretrained": ["list_pretrained", "load_pretrained"],
        "score": ["to_svg"],
        "sound": ["synthesize", "to_wav"],
        "vae": ["PAPER_PRESET", "EmotionRegularizedVAE"],
    },
)
