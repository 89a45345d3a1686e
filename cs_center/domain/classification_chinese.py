"""Chinese characters brought to a common form: traditional to simplified, wide to narrow. One character stays one."""

from __future__ import annotations

import re

_TRADITIONAL = (
	"們们個个這这來来時时會会說说為为對对開开關关問问題题電电話话務务處处單单訂订貨货質质壞坏損损爛烂舊旧殘残發发貼贴賣卖買买價价錢钱費费賬账帳账戶户號号碼码錄录網网頁页載载傳传輸输運运遞递員员態态語语氣气"
	"罵骂惡恶緩缓遲迟誤误錯错換换還还給给讓让應应該该無无沒没過过遠远邊边裡里裏里後后從从於于與与並并嗎吗麼么樣样嗚呜點点線线總总經经繼继續续級级緊紧約约納纳紙纸細细組组結结統统維维綁绑絕绝終终紅红綠绿絡络"
	"編编縮缩聯联聽听職职聲声認认證证譯译讀读變变詢询諮咨議议謊谎詐诈騙骗諾诺諒谅謝谢講讲許许設设訊讯記记計计調调談谈請请論论護护讚赞責责貴贵賠赔償偿補补製制裝装複复覆复視视覺觉觀观規规親亲見见現现環环產产"
	"異异當当盡尽盤盘監监確确礎础禮礼種种稱称積积穩稳窮穷競竞筆笔節节範范簡简簽签籤签類类糧粮係系紀纪純纯紛纷紹绍絲丝綜综緣缘練练縣县縫缝織织繳缴繪绘罰罚羅罗義义習习聞闻聰聪脅胁脫脱腦脑腳脚膠胶臉脸臟脏臺台"
	"舉举興兴艙舱莊庄華华萬万葉叶著着蓋盖藍蓝藥药蘋苹蟲虫螢萤術术衛卫衝冲褲裤襯衬襪袜觸触訴诉診诊註注詞词試试詳详誇夸誠诚誰谁課课識识負负財财貪贪貧贫販贩購购賀贺賓宾賞赏賢贤賤贱賺赚贈赠贏赢趕赶跡迹車车軌轨"
	"軍军軟软較较輕轻輛辆輪轮轉转辦办辭辞農农連连進进遊游達达違违適适選选遺遗鄉乡郵邮醫医釋释針针鈕钮鈴铃銀银銷销鋁铝鋪铺鋼钢錶表鍋锅鍵键鎖锁鏡镜鐘钟鐵铁長长門门閃闪閉闭間间閱阅隊队階阶際际隨随險险隱隐雖虽"
	"雙双雜杂難难雲云靈灵靜静響响頂顶項项順顺須须預预頓顿領领頭头頻频顆颗顏颜額额願愿顧顾顯显風风飛飞飯饭飲饮館馆馬马駕驾駛驶驗验驚惊髒脏髮发鬆松鬧闹魚鱼鮮鲜鳥鸟麗丽麥麦黃黄齊齐齒齿龍龙龜龟亂乱亞亚俠侠倉仓"
	"偵侦側侧偽伪傑杰備备傷伤僅仅僱雇億亿優优儲储兩两內内冊册凍冻準准凈净幾几凱凯別别刪删則则剛刚創创劃划劇剧劉刘動动勞劳勢势勝胜匯汇區区協协卻却厭厌參参吳吴啟启啞哑喪丧喬乔嚇吓嚴严囑嘱囉啰圍围園园圓圆圖图"
	"團团國国執执堅坚報报場场塊块塗涂塵尘墊垫墜坠墮堕壓压壯壮壺壶壽寿夠够夢梦夾夹奪夺奮奋媽妈婦妇嬰婴學学孫孙宮宫寢寝實实審审寫写寬宽寶宝將将專专尋寻導导屆届屬属岡冈島岛師师帶带幣币幫帮廚厨廠厂廢废廣广廳厅"
	"彈弹強强彎弯彙汇徑径復复徵征恆恒悶闷惱恼愛爱慣惯慮虑慶庆憂忧憑凭懷怀戰战戲戏拋抛挾挟捨舍掃扫掛挂採采揚扬搖摇搶抢撐撑撥拨擇择擊击擔担據据擠挤擾扰攔拦攝摄敗败敘叙敵敌數数斷断晝昼暈晕暫暂曆历曉晓曬晒書书"
	"條条東东極极構构槍枪標标樓楼樂乐樹树橋桥機机檔档檢检欄栏權权歡欢歲岁歷历歸归殺杀毀毁氫氢決决況况洩泄淚泪淨净測测渦涡湊凑溝沟溫温滅灭滯滞滿满漲涨漸渐潔洁潛潜潤润潰溃澤泽濃浓濕湿濟济濫滥灑洒灣湾災灾烏乌"
	"煙烟煩烦熱热燈灯燒烧燙烫營营爐炉爭争爺爷爾尔牆墙狀状獎奖獨独獲获瑪玛瓊琼畝亩畢毕畫画疊叠瘋疯療疗癢痒皺皱盜盗眾众睜睁瞞瞒瞭了矯矫碩硕磚砖礙碍禍祸冇没咗了啲些嘅的喺在嗰那佢他唔不哋们攞拿揾找俾给鬥斗薦荐"
	"蝕蚀鏽锈銹锈繡绣餘余饋馈饑饥騷骚黴霉妳你彆别罷罢墻墙衊蔑誹诽譽誉丟丢佔占傘伞僞伪兇凶兌兑兒儿剎刹劑剂唄呗啓启喫吃嘆叹嘔呕噴喷嚨咙夥伙層层幹干庫库張张彌弥徹彻憐怜憤愤憶忆懟怼揀拣攜携攪搅攬揽棄弃業业槓杠"
	"橫横櫃柜殼壳減减溼湿滌涤漢汉漬渍濾滤瀉泻熒荧爲为牀床癟瘪稅税竈灶篩筛簾帘紋纹紐纽綸纶羣群脹胀腫肿膚肤臨临虛虚蝸蜗蠻蛮訓训評评誘诱諉诿諷讽謂谓譏讥豐丰貓猫貝贝貸贷資资賴赖蹤踪轟轰遙遥鄰邻釐厘銳锐鍾钟鎮镇"
	"鎳镍鏈链鑑鉴鑽钻閘闸閹阉陰阴陸陆陽阳雞鸡離离飄飘餅饼養养駁驳騎骑驛驿體体魯鲁鴿鸽黨党"
)
"""Pairs: the traditional character, then the simplified one. Common characters and those of shipped phrases, and a few
that only Cantonese writes."""

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_APOSTROPHES = dict.fromkeys(map(ord, "’‘ʼ´`＇ʹ′"), "'")

_FOLDED: dict[int, int | str] = {
	**{ord(old): new for old, new in zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True) if old != new},
	**_WIDE,
	**_APOSTROPHES,
}

HAN = "㐀-䶿一-鿿豈-﫿\U00020000-\U0003134f"
"""Ranges of a regular expression's class: the characters that are words of their own here."""

FILLERS = (
	"非常|十分(?!钟)|特别|极其|极度|实在|真的|真是|有点|有些|根本|完全|居然|竟然|竟|已经|老是|总是|仍然|仍|明明|好像|似乎|突然|现在|一直|至今|到现在|给我|帮我|跟我|我们|你们"
	"|他们|还是|还(?=[没不在未要有])|很|太(?!阳)|也|(?<![成首])都|的(?!确)|(?<![不得为])了(?!解)|就|又|却|我|您|你"
)
"""Words that may stand between the words of a phrase: "质量太差" has "质量差", "没有给我退款" has "没有退款"."""

NUMBERS = (
	"(?:好几|[0-9一两二三四五六七八九十百]{1,6}几?|半(?!天))(?:个多|多个|个|多|来)?"
	"(?=天|日|周|星期|礼拜|月|小时|钟头|年|次|遍|回|分钟|通)"
)
"""Amounts of time and how often, all alike; but "几天" asks how many."""

NOT_THERE = "没有|没得|没|未(?![来必知成免])"
NOT_ABLE = "无法|没法|没办法|不能够?"
"""Different words for one negation: a phrase with one of them finds the others."""


_HAN = re.compile(f"[{HAN}]")


def is_han(key: str) -> bool:
	"""Whether it is one Chinese character."""
	return _HAN.fullmatch(key) is not None


def fold(text: str) -> str:
	"""The text with simplified characters, narrow signs and straight apostrophes; every character keeps its place."""
	return text.translate(_FOLDED)
