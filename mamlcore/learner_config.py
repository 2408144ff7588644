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
        "l2", "How Matching compares: minus the squared Euclidean distance, or cosine (the paper's; learns worse).",
        label="Matching by", advanced=True,
    )  # fmt: skip
    read_steps: int = setting(
        3, "How often Matching with FCE reads the support before it answers.", label="Reads",
        ge=1, le=10, effect="live", advanced=True,
    )  # fmt: skip
    meta_lstm_lr: float = setting(
        1e-3, "Adam's step size for Meta-LSTM, whose gradient is clipped at 0.25 (the paper's).",
        label="Meta-LSTM step", ge=1e-5, le=0.3, scale="log", effect="live", advanced=True,
    )  # fmt: skip
    meta_networks_lr: float = setting(
        1e-3, "Adam's step size for Meta Networks (the published code's).", label="Meta Networks step",
        ge=1e-5, le=0.3, scale="log", effect="live", advanced=True,
    )  # fmt: skip
    meta_networks_keys: int = setting(
        16, "Width of the keys of Meta Networks, and of their base learner's hidden layer.", label="Key width",
        ge=1, le=256, advanced=True,
    )  # fmt: skip
    meta_networks_fast: int = setting(
        1, "Layers of the key network with fast weights, counted from the last; more take longer.",
        label="Fast layers", ge=1, le=6, advanced=True,
    )  # fmt: skip
    snail_lr: float = setting(
        1e-3, "Adam's step size for SNAIL.", label="SNAIL step", ge=1e-5, le=0.3, scale="log", effect="live",
        advanced=True,
    )  # fmt: skip
    snail_divisor: int = setting(
        4, "What the paper's widths are divided by for SNAIL; 1 is the paper's size, too slow to watch.",
        label="SNAIL divisor", ge=1, le=16, advanced=True,
    )  # fmt: skip
    anil_layers: int = setting(
        1, "How many layers ANIL adapts, counted from the output: 1 is the head alone, all of them are MAML.",
        label="ANIL layers", ge=1, le=6, effect="live", advanced=True,
    )  # fmt: skip
    reptile_step: float = setting(
        1.0, "How far Reptile moves towards the adapted parameters, at first.", label="Reptile step",
        symbol="ε", ge=0.001, le=2.0, scale="log", effect="live", advanced=True,
    )  # fmt: skip
    reptile_last_step: float = setting(
        0.0, "What Reptile's step has shrunk to in the end.", label="Reptile last step",
        ge=0.0, le=2.0, effect="live", advanced=True,
    )  # fmt: skip
    reptile_decay: int = setting(
        100_000, "Meta-steps over which Reptile's step goes, linearly, from the first to the last.",
        label="Reptile decay", ge=1, le=1_000_000, scale="log", effect="live", advanced=True,
    )  # fmt: skip
    reptile_inner_steps: int = setting(
        5, "Gradient steps Reptile trains on each task; 1 makes it joint training.", label="Reptile steps",
        ge=1, le=50, effect="live", advanced=True,
    )  # fmt: skip
    reptile_batch: int = setting(
        10, "Rows in each of these steps, drawn from support and query together.", label="Reptile rows",
        ge=1, le=1000, scale="log", effect="live", advanced=True,
    )  # fmt: skip
    reptile_inner: Literal["sgd", "adam"] = setting(
        "sgd", "Rule of Reptile's inner steps: SGD with the shared step size, or Adam without momentum.",
        label="Reptile inner", effect="live", advanced=True,
    )  # fmt: skip
    reptile_adam_lr: float = setting(
        1e-3, "Step size of Reptile's inner Adam.", label="Reptile Adam", ge=1e-5, le=1.0, scale="log",
        effect="live", advanced=True,
    )  # fmt: skip
    maml_pp_multi_step: Literal["on", "off"] = setting(
        "on", "MAML++ counts the query loss after every inner step at first, then ever more the last one.",
        label="Multi-step loss", effect="live", advanced=True,
    )  # fmt: skip
    maml_pp_rates: Literal["on", "off"] = setting(
        "on", "MAML++ learns a step size for each layer's weights and biases at each inner step.",
        label="Learned rates", effect="live", advanced=True,
    )  # fmt: skip
    maml_pp_annealed_order: Literal["on", "off"] = setting(
        "on", "MAML++ begins with first-order gradients and goes on with exact ones.",
        label="Annealed order", effect="live", advanced=True,
    )  # fmt: skip
    maml_pp_cosine: Literal["on", "off"] = setting(
        "on", "MAML++ lets the outer step size fall along a cosine.", label="Cosine outer",
        effect="live", advanced=True,
    )  # fmt: skip
    maml_pp_length: int = setting(
        20_000, "Meta-steps that MAML++ plans its schedules for.", label="MAML++ length",
        ge=10, le=1_000_000, scale="log", effect="live", advanced=True,
    )  # fmt: skip
    imaml_lambda: float = setting(
        0.5, "How strongly iMAML's adaptation is held to its start.", label="iMAML pull", symbol="λ",
        ge=0.01, le=100.0, scale="log", effect="live", advanced=True,
    )  # fmt: skip
    imaml_solver: Literal["newton", "gradient"] = setting(
        "newton", "How iMAML solves a task: Hessian-free Newton steps, or gradient steps.", label="iMAML solver",
        effect="live", advanced=True,
    )  # fmt: skip
    imaml_inner_steps: int = setting(
        16, "Gradient steps iMAML trains with, where it does not take Newton steps.", label="iMAML steps",
        ge=1, le=100, effect="live", advanced=True,
    )  # fmt: skip
    imaml_cg_steps: int = setting(
        5, "Steps of conjugate gradients, for iMAML's meta-gradient and for each Newton step.", label="iMAML CG",
        ge=1, le=50, effect="live", advanced=True,
    )  # fmt: skip
