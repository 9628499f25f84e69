// SPDX-License-Identifier: MIT
// The binary Keccak tree over a batch's segments (protocol §6).
pragma solidity ^0.8.28;

library SegmentTree {
    /// @dev Tags keep leaves, nodes and roots apart: none can be passed off as another.
    bytes1 private constant LEAF = 0x00;
    bytes1 private constant NODE = 0x01;
    bytes1 private constant ROOT = 0x02;

    function leaf(uint64 index, bytes32 previous, bytes32 claimed, bytes32 dataHash) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(LEAF, index, previous, claimed, dataHash));
    }

    /// @dev Overwrites `nodes` from the front, level by level.
    function rootOf(bytes32[] memory nodes) internal pure returns (bytes32) {
        uint256 width = nodes.length;
        while (width > 1) {
            uint256 pairs = width / 2;
            for (uint256 i = 0; i < pairs; ++i) nodes[i] = _node(nodes[2 * i], nodes[2 * i + 1]);
            if (width % 2 == 1) nodes[pairs] = nodes[width - 1];
            width -= pairs;
        }
        return _root(nodes.length, nodes[0]);
    }

    /// @dev Whether `node` is leaf `index` of `count` under `root`. `path` holds a neighbour for each level that has one.
    function contains(
        bytes32 root,
        uint256 count,
        uint256 index,
        bytes32 node,
        bytes32[] calldata path
    ) internal pure returns (bool) {
        // INVARIANT: an index beyond the count never names a segment.
        if (index >= count) return false;
        uint256 used = 0;
        for (uint256 width = count; width > 1; width = (width + 1) / 2) {
            bool moved = index == width - 1 && width % 2 == 1;
            if (!moved) {
                if (used == path.length) return false;
                bytes32 neighbour = path[used++];
                node = index % 2 == 0 ? _node(node, neighbour) : _node(neighbour, node);
            }
            index /= 2;
        }
        return used == path.length && _root(count, node) == root;
    }

    function _node(bytes32 left, bytes32 right) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(NODE, left, right));
    }

    function _root(uint256 count, bytes32 top) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(ROOT, uint64(count), top));
    }
}
