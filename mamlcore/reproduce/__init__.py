"""Published experiments, done again by the lab's own engine, beside the numbers as printed."""

from collections.abc import Mapping

#: Experiments by name, and what each of them does.
EXPERIMENTS: Mapping[str, str] = {
    "sine": "Sine waves of the MAML paper (section 5.1): MAML, pre-trained net and oracle, tested at K = 5, 10, 20.",
    "omniglot": "Omniglot, 5-way 1- and 5-shot by a network without convolutions (its table 1), on your own zip files.",
}
