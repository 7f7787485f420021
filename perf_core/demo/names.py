"""Names of people who do not exist."""

from __future__ import annotations

import numpy as np

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆汪范廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
)
_GIVEN = (
    "雨桐 子涵 浩然 欣怡 梓萱 宇轩 佳琪 思远 晓峰 雅婷 文博 俊杰 婉清 嘉豪 静怡 志强 丽娜 海燕 建国 明辉 "
    "若曦 天佑 雪莹 泽宇 梦洁 家乐 诗琪 浩宇 晨曦 慧敏 伟 芳 敏 静 磊 洋 勇 艳 杰 娟 涛 超 秀英 霞 平 刚 "
    "桂英 玉兰 鹏飞 春梅 冬梅 少华 立新 凯 丹 琳 倩 璐 颖 旭 睿 航 悦 楠 宁 菲 萌 茜 昊 铭 心怡 一鸣 子墨 "
    "可欣 乐瑶 书瑶 瑞霖 景行 知远 念慈 安琪 沐阳 清扬 怀瑾 望舒 修远 星野 南风 予安 以宁 若宁 长青 云舒"
).split()


def person_names(count: int, rng: np.random.Generator) -> list[str]:
    """Draw so many names, no two alike."""
    pairs = len(_SURNAMES) * len(_GIVEN)
    drawn = rng.permutation(pairs)[:count]
    return [_SURNAMES[pick % len(_SURNAMES)] + _GIVEN[pick // len(_SURNAMES)] for pick in drawn]
