"""Settings of single learners, beside what all of them share: one field each, named for its learner's idea."""

from typing import Literal

from mamlcore.setting import Section, setting


class LearnerConfig(Section):
    """What only some learners look at. A learner whose settings are not here takes the paper's values."""

    embedding: int = setting(
        0, "Width of a linear layer on top of what metric learners compare; 0 compares the last hidden layer.",
        label="Embedding", ge=0, le=512, advanced=True,
    )  # fmt: skip
    train_way: int = setting(
        0, "Ways of Prototypical's training episodes, put together from several tasks; 0 keeps the tasks' own.",
        label="Train ways", ge=0, le=60, effect="live", advanced=True,
    )  # fmt: skip
    matching_metric: Literal["cosine", "l2"] = setting(
        "cosine", "How Matching compares: cosine (the paper's) or minus the squared Euclidean distance.",
        label="Matching by", advanced=True,
    )  # fmt: skip
    read_steps: int = setting(
        3, "How often Matching with FCE reads the support before it answers.", label="Reads",
        ge=1, le=10, effect="live", advanced=True,
    )  # fmt: skip
