"""The literal registry of learners: one line each, in the order of display."""

from mamlcore.errors import SettingError
from mamlcore.learners.anil import Anil
from mamlcore.learners.base import Learner
from mamlcore.learners.fomaml import Fomaml
from mamlcore.learners.imaml import ImplicitMaml
from mamlcore.learners.joint import Joint
from mamlcore.learners.maml import Maml
from mamlcore.learners.maml_pp import MamlPlusPlus
from mamlcore.learners.matching import Matching
from mamlcore.learners.matching_fce import MatchingFce
from mamlcore.learners.meta_lstm import MetaLstm
from mamlcore.learners.meta_networks import MetaNetworks
from mamlcore.learners.meta_sgd import MetaSgd
from mamlcore.learners.nearest_centroid import NearestCentroid
from mamlcore.learners.nearest_neighbor import NearestNeighbor
from mamlcore.learners.oracle import Oracle
from mamlcore.learners.proto_maml import ProtoMaml
from mamlcore.learners.prototypical import Prototypical
from mamlcore.learners.reptile import Reptile
from mamlcore.learners.scratch import Scratch
from mamlcore.learners.snail import Snail
from mamlcore.learners.whitened_centroid import WhitenedCentroid
from mamlcore.learners.zero import Zero

LEARNERS: dict[str, Learner] = {
    "maml": Maml(),
    "fomaml": Fomaml(),
    "joint": Joint(),
    "scratch": Scratch(),
    "zero": Zero(),
    "nearest_centroid": NearestCentroid(),
    "reptile": Reptile(),
    "anil": Anil(),
    "meta_sgd": MetaSgd(),
    "maml_pp": MamlPlusPlus(),
    "proto_maml": ProtoMaml(),
    "imaml": ImplicitMaml(),
    "meta_lstm": MetaLstm(),
    "meta_networks": MetaNetworks(),
    "snail": Snail(),
    "matching": Matching(),
    "matching_fce": MatchingFce(),
    "prototypical": Prototypical(),
    "nearest_neighbor": NearestNeighbor(),
    "whitened_centroid": WhitenedCentroid(),
    "oracle": Oracle(),
}


def named_learner(name: str) -> Learner:
    """Return a learner by name; SettingError names the ones there are."""
    if name not in LEARNERS:
        raise SettingError(f"Config.learners must be among {', '.join(LEARNERS)}, got {name!r}")
    return LEARNERS[name]
