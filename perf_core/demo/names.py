"""Names of people who do not exist."""

from __future__ import annotations

import numpy as np

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余"
    "于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆汪范廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷"
    "龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
)
_TWO = (
    "雨桐子涵浩然欣怡梓萱宇轩佳琪思远晓峰雅婷文博俊杰婉清嘉豪静怡志强丽娜海燕建国明辉"
    "若曦天佑雪莹泽宇梦洁家乐诗琪浩宇晨曦慧敏秀英桂英玉兰鹏飞春梅冬梅少华立新心怡一鸣"
    "子墨可欣乐瑶书瑶瑞霖景行知远念慈安琪沐阳清扬怀瑾望舒修远星野南风予安以宁若宁长青云舒"
)
_ONE = "伟芳敏静磊洋勇艳杰娟涛超霞平刚凯丹琳倩璐颖旭睿航悦楠宁菲萌茜昊铭"
_GIVEN = (*(_TWO[at : at + 2] for at in range(0, len(_TWO), 2)), *_ONE)


def person_names(count: int, rng: np.random.Generator) -> list[str]:
    """Draw so many names, no two alike."""
    pairs = len(_SURNAMES) * len(_GIVEN)
    drawn = rng.permutation(pairs)[:count]
    return [_SURNAMES[pick % len(_SURNAMES)] + _GIVEN[pick // len(_SURNAMES)] for pick in drawn]
