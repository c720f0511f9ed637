import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedGroupKFold, cross_validate
from sklearn.pipeline import make_pipeline

from skemovae import (
    EmotionJudge,
    EmotionRegularizedVAE,
    PitchEncoder,
    class_separation,
    class_separation_scorer,
    emotion_control,
    emotion_control_scorer,
    make_emotion_control_scorer,
    muspy_distance,
    neg_muspy_distance_scorer,
    neg_two_sample_auc_scorer,
    quadrant_accuracy,
    quadrant_accuracy_scorer,
    reconstruction_quality,
    reconstruction_scorer,
    two_sample_auc,
)
from skemovae.emotion import valence_arousal
from skemovae.nn.architectures import GRUArchitecture

SCORERS = {
    "quadrants": quadrant_accuracy_scorer,
    "separation": class_separation_scorer,
    "onsets": reconstruction_scorer,
    "distance": neg_muspy_distance_scorer,
    "two-sample": neg_two_sample_auc_scorer,
    "control": emotion_control_scorer,
}
GROUPS = np.repeat(np.arange(20), 2)


@pytest.fixture(scope="module")
def melodies(tiny_data):
    return PitchEncoder(n_steps=8).inverse_transform(tiny_data[0])


def make_search(scoring, **settings):
    return GridSearchCV(
        make_pipeline(
            PitchEncoder(n_steps=8),
            EmotionRegularizedVAE(architecture=GRUArchitecture(units=8), max_iter=2, random_state=0),
        ),
        {"emotionregularizedvae__valence_weight": [0.0, 4.0]},
        scoring=scoring,
        cv=StratifiedGroupKFold(2),
        error_score="raise",
        **settings,
    )


def test_scorers_are_the_metrics_they_name(fitted, tiny_data):
    X, y = tiny_data
    Z = fitted.transform(X)
    assert quadrant_accuracy_scorer(fitted, X, y) == quadrant_accuracy(Z, y).mean
    assert reconstruction_scorer(fitted, X, y) == reconstruction_quality(X, fitted.inverse_transform(Z)).onset_accuracy
    separation = class_separation(*fitted.transform(X, return_std=True), y)
    assert class_separation_scorer(fitted, X, y) == min(separation.valence, separation.arousal)
    balanced, _ = fitted.sample(400, emotion=np.tile(y, 10), random_state=0)
    assert neg_two_sample_auc_scorer(fitted, X, y) == -two_sample_auc(balanced, X)
    wanted = np.repeat(["happiness", "anger", "sadness", "relaxation"], 100)
    sampled, _ = fitted.sample(400, emotion=wanted, random_state=0)
    assert neg_muspy_distance_scorer(fitted, X, y) == -muspy_distance(sampled, wanted, X, y).mean
    expected = emotion_control(EmotionJudge().fit(X, y), sampled, wanted).accuracy
    assert emotion_control_scorer(fitted, X, y) == expected


@pytest.mark.parametrize("scorer", SCORERS.values())
def test_a_pipeline_from_scores_has_the_score_of_its_model(scorer, fitted, tiny_data, melodies):
    X, y = tiny_data
    expected = scorer(fitted, X, y)
    assert np.isfinite(expected)
    assert scorer(make_pipeline(PitchEncoder(n_steps=8), fitted), melodies, y) == expected
    assert scorer(make_pipeline(fitted), X, y) == expected
    assert pickle.loads(pickle.dumps(scorer))(fitted, X, y) == expected  # the same samples every time


@pytest.mark.parametrize("scorer", SCORERS.values())
def test_points_count_as_the_emotion_of_their_quadrant(scorer, fitted, tiny_data):
    X, y = tiny_data
    assert scorer(fitted, X, 0.5 * valence_arousal(y)) == scorer(fitted, X, y)


def test_only_the_emotions_at_hand_are_sampled(fitted, tiny_data):
    X, y = tiny_data
    two = np.isin(y, ["sad", "happy"])
    wanted = np.repeat(["happiness", "sadness"], 100)
    sampled, _ = fitted.sample(200, emotion=wanted, random_state=0)
    assert neg_muspy_distance_scorer(fitted, X[two], y[two]) == -muspy_distance(sampled, wanted, X[two], y[two]).mean
    expected = emotion_control(EmotionJudge().fit(X[two], y[two]), sampled, wanted).accuracy
    assert emotion_control_scorer(fitted, X[two], y[two]) == expected


@pytest.mark.slow
def test_all_scorers_in_a_grid_search_over_a_pipeline_from_scores(tiny_data, melodies):
    y = tiny_data[1]
    scoring = SCORERS | {"judged": make_emotion_control_scorer(EmotionJudge().fit(melodies, y, groups=GROUPS))}
    search = make_search(scoring, refit="control").fit(melodies, y, groups=GROUPS)
    for name in scoring:
        values = search.cv_results_[f"mean_test_{name}"]
        assert np.isfinite(values).all()
    train, test = next(search.cv.split(melodies, y, GROUPS))
    pipeline = clone(search.estimator).set_params(emotionregularizedvae__valence_weight=4.0)
    pipeline.fit([melodies[i] for i in train], y[train])
    for name, scorer in scoring.items():
        expected = scorer(pipeline, [melodies[i] for i in test], y[test])
        assert search.cv_results_[f"split0_test_{name}"][1] == pytest.approx(expected)


def test_scorers_on_the_model_alone_in_cross_validation(tiny_data):
    X, y = tiny_data
    model = EmotionRegularizedVAE(architecture=GRUArchitecture(units=8), max_iter=2, random_state=0)
    results = cross_validate(
        model, X, y, groups=GROUPS, scoring=SCORERS, cv=StratifiedGroupKFold(2), error_score="raise"
    )
    assert all(np.isfinite(results[f"test_{name}"]).all() for name in SCORERS)


@pytest.mark.slow
def test_scorers_in_worker_processes(tiny_data, melodies):
    scoring = SCORERS | {"judged": make_emotion_control_scorer(EmotionJudge().fit(melodies, tiny_data[1]))}
    alone, together = (
        make_search(scoring, refit=False, n_jobs=n).fit(melodies, tiny_data[1], groups=GROUPS) for n in (1, 2)
    )
    for name in scoring:
        key = f"mean_test_{name}"
        assert together.cv_results_[key] == pytest.approx(alone.cv_results_[key], abs=0.05)


def test_wrong_estimators(fitted, tiny_data):
    X, y = tiny_data
    with pytest.raises(TypeError, match="is or ends in LogisticRegression: expected a fitted EmotionRegularizedVAE"):
        quadrant_accuracy_scorer(LogisticRegression(), X, y)
    with pytest.raises(NotFittedError, match="EmotionRegularizedVAE instance is not fitted"):
        reconstruction_scorer(clone(fitted), X, y)
    with pytest.raises(NotFittedError, match="EmotionJudge instance is not fitted"):
        make_emotion_control_scorer(EmotionJudge())


def test_a_fold_too_small_to_teach_a_judge(fitted, tiny_data):
    X, y = tiny_data
    with pytest.raises(ValueError, match="expected at least two classes, each with at least two tunes"):
        emotion_control_scorer(fitted, X[::10], y[::10])
    judge = EmotionJudge().fit(X, y)
    expected = emotion_control_scorer(fitted, X, y, judge=judge)
    assert make_emotion_control_scorer(judge)(fitted, X[::10], y[::10]) == expected


@pytest.mark.parametrize("name", ["quadrants", "separation", "distance", "two-sample", "control"])
def test_scorers_of_emotions_refuse_classes_of_ones_own(name, tiny_data):
    X, y = tiny_data
    model = EmotionRegularizedVAE(
        class_positions={"calm": (1, -1), "wild": (0, 1)}, architecture=GRUArchitecture(units=4), max_iter=1
    )
    model.fit(X, np.where(y == "sad", "calm", "wild"))
    with pytest.raises(ValueError, match=r"the model has class_positions: expected .*scoring=None"):
        SCORERS[name](model, X, np.where(y == "sad", "calm", "wild"))


def test_emotions_that_training_lacked_are_not_sampled(tiny_data):
    X, y = tiny_data
    known = y != "sad"
    model = EmotionRegularizedVAE(architecture=GRUArchitecture(units=4), max_iter=1, random_state=0)
    with pytest.warns(UserWarning, match="y has no rows of sad"):
        model.fit(X[known], y[known])
    for name in ("distance", "two-sample", "control"):
        assert np.isfinite(SCORERS[name](model, X, y))
    assert neg_two_sample_auc_scorer(model, X, y) == neg_two_sample_auc_scorer(model, X[known], y[known])
    with pytest.raises(ValueError, match=r"trained on none of the emotions \['sad'\]: expected folds that share some"):
        neg_muspy_distance_scorer(model, X[~known], y[~known])
    with pytest.raises(ValueError, match=r"trained on none of the emotions \['sad'\]"):
        neg_two_sample_auc_scorer(model, X[~known], y[~known])
