//! Chinese as Taiwan writes it, made from the texts in simplified characters: characters by one table, and by another the words that
//! are others there. Both hold what occurs in our texts; `tests/it/tidy/taiwan.rs` says what a new text lacks.

use std::cmp::Reverse;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// Simplified characters, and marks, that are written otherwise in Taiwan.
pub const SIMPLIFIED: &str = "\
    万与东丢两个为举么义习书乱于仅从仓们优会传体余侧储关内册写冲决况冻准减凑几则创删别务动区单占却历压参双发变叠号后吗启\
    响围图坏块声处备复头夹学实宽对寻导将尔尽层属师带帧帮幂并库应开异弃张强归当录征径态总惯户扩抛报择挂损换据数断无旧时显术\
    机权条来极构标栏样档检横残汇没测浏满灯点状独环现画盖盘着码础确离种积称签类粘紧约级纯线练组细终经结给络绝统继续维缀编缘\
    缩网联胀脚节范虑虚补装见规视览觉计认让训议记许论设访证识诊词试话询该详语误说请读谁调谛谱负败质贴费赋跃踪转轻载较辑输边\
    达过运还这进远连迹适选递逻邻采释里针铺销错锚键镜长闭问间阈阵阶际随隐静页顶项顺须预颈频题颜颠馈馏验“”";

/// The same, one by one, as they are written there.
pub const TRADITIONAL: &str = "\
    萬與東丟兩個為舉麼義習書亂於僅從倉們優會傳體餘側儲關內冊寫衝決況凍準減湊幾則創刪別務動區單佔卻歷壓參雙發變疊號後嗎啟\
    響圍圖壞塊聲處備複頭夾學實寬對尋導將爾盡層屬師帶幀幫冪並庫應開異棄張強歸當錄徵徑態總慣戶擴拋報擇掛損換據數斷無舊時顯術\
    機權條來極構標欄樣檔檢橫殘匯沒測瀏滿燈點狀獨環現畫蓋盤著碼礎確離種積稱簽類黏緊約級純線練組細終經結給絡絕統繼續維綴編緣\
    縮網聯脹腳節範慮虛補裝見規視覽覺計認讓訓議記許論設訪證識診詞試話詢該詳語誤說請讀誰調諦譜負敗質貼費賦躍蹤轉輕載較輯輸邊\
    達過運還這進遠連跡適選遞邏鄰採釋裡針鋪銷錯錨鍵鏡長閉問間閾陣階際隨隱靜頁頂項順須預頸頻題顏顛饋餾驗「」";

/// Words that are others there than their characters would make them.
pub const WORDS: &[(&str, &str)] = &[
    // Characters that stand for several traditional ones.
    ("合并", "合併"),
    ("并入", "併入"),
    ("反复", "反覆"),
    ("骨干", "骨幹"),
    ("粘贴", "貼上"),
    ("标签", "標籤"),
    ("系数", "係數"),
    ("关系", "關係"),
    ("标志", "旗標"),
    // Models and mathematics.
    ("形参", "形式參數"),
    ("构造", "建構"),
    ("构建", "建構"),
    ("归一化", "正規化"),
    ("批归一化", "批次正規化"),
    ("采样", "取樣"),
    ("检测", "偵測"),
    ("图像", "影像"),
    ("图像素", "圖像素"),
    ("窗口", "視窗"),
    ("数据", "資料"),
    ("体数据", "體積資料"),
    ("标量", "純量"),
    ("数组", "陣列"),
    ("视图", "檢視"),
    ("布局", "佈局"),
    ("布尔", "布林"),
    ("权重文件", "權重檔"),
    ("网络", "網路"),
    ("概率", "機率"),
    ("均值", "平均值"),
    ("方差", "變異數"),
    ("正态", "常態"),
    ("公约数", "公因數"),
    ("插值", "內插"),
    ("掩码", "遮罩"),
    ("掩膜", "遮罩"),
    ("语义", "語意"),
    ("坐标", "座標"),
    ("操作数", "運算元"),
    ("算子", "運算子"),
    ("按位取反", "逐位元反轉"),
    ("按位运算", "逐位元運算"),
    ("64 位", "64 位元"),
    ("帕累托前沿", "柏拉圖前緣"),
    ("全局", "全域"),
    ("内存", "記憶體"),
    ("访存", "記憶體存取"),
    ("实时", "即時"),
    ("跟踪", "追蹤"),
    ("汇总", "摘要"),
    ("汇总行", "摘要行"),
    ("并行", "平行"),
    // Rows are 列 in Taiwan, and columns 欄; lines of a text are 行 there, too.
    ("行数必须相同", "列數必須相同"),
    ("{ $rows } 行", "{ $rows } 列"),
    ("没有行的嵌入", "沒有列的嵌入"),
    ("各行长度不同的数组", "各列長度不同的陣列"),
    ("每行 { $last }", "每列 { $last }"),
    ("{ $columns } 列", "{ $columns } 欄"),
    ("{ $column } 列", "{ $column } 欄"),
    ("变为一列", "變為一欄"),
    ("各列加成", "各欄加成"),
    ("增加一列", "增加一欄"),
    // Python.
    ("类", "類別"),
    ("类别", "類別"),
    ("类型", "型別"),
    ("这种类型", "這種型別"),
    ("多种类型", "多種型別"),
    ("分类", "分類"),
    ("种类", "種類"),
    ("这类", "這類"),
    ("之类", "之類"),
    ("基类", "基底類別"),
    ("函数", "函式"),
    ("激活函数", "激活函數"),
    ("分布函数", "分布函數"),
    ("逻辑斯谛函数", "邏輯斯諦函數"),
    ("对象", "物件"),
    ("变量", "變數"),
    ("字符", "字元"),
    ("字符串", "字串"),
    ("字节", "位元組"),
    ("字面量", "字面值"),
    ("调用", "呼叫"),
    ("返回", "回傳"),
    ("导入", "匯入"),
    ("导出", "匯出"),
    ("异常", "例外"),
    ("抛出", "引發"),
    ("报错里", "錯誤訊息裡"),
    ("这些报错", "這些錯誤訊息"),
    ("任何报错", "任何錯誤訊息"),
    ("表达式", "運算式"),
    ("正则表达式", "正規表示式"),
    ("匹配", "相符"),
    ("中的匹配", "中的比對結果"),
    ("生成器", "產生器"),
    ("解释器", "直譯器"),
    ("声明", "宣告"),
    ("枚举", "列舉"),
    ("哈希", "雜湊"),
    ("地址", "位址"),
    ("转义", "跳脫"),
    ("上下文管理器", "情境管理器"),
    ("嵌套", "巢狀"),
    ("模块", "模組"),
    ("包", "套件"),
    ("包含", "包含"),
    ("包括", "包括"),
    ("包着", "包著"),
    ("包进去", "包進去"),
    ("代码", "程式碼"),
    ("源码", "原始碼"),
    ("程序", "程式"),
    ("脚本", "指令碼"),
    ("模板", "範本"),
    ("缩进", "縮排"),
    ("注释", "註解"),
    ("注解", "註解"),
    ("标注", "標註"),
    ("注册", "註冊"),
    ("进程", "行程"),
    ("线程", "執行緒"),
    ("运行", "執行"),
    // Files, programs and editors.
    ("文件", "檔案"),
    ("文件夹", "資料夾"),
    ("文件名", "檔名"),
    ("文件头", "檔案開頭"),
    ("扩展名", "副檔名"),
    ("文档", "文件"),
    ("文本", "文字"),
    ("归档", "封存檔"),
    ("位图", "點陣圖"),
    ("全角", "全形"),
    ("配置文件", "設定檔"),
    ("配置项", "設定項"),
    ("配置", "設定"),
    ("设置", "設定"),
    ("默认", "預設"),
    ("支持", "支援"),
    ("打印", "印出"),
    ("打印出", "印出"),
    ("加载", "載入"),
    ("保存", "儲存"),
    ("存储", "儲存"),
    ("创建", "建立"),
    ("查找", "尋找"),
    ("搜索", "搜尋"),
    ("替换", "取代"),
    ("添加", "新增"),
    ("应用", "套用"),
    ("卸载", "解除安裝"),
    ("修复", "修正"),
    ("引用", "參照"),
    ("消息", "訊息"),
    ("帮助", "說明"),
    ("示例", "範例"),
    ("当前", "目前"),
    ("通过", "透過"),
    ("命令行", "命令列"),
    ("退出码", "結束代碼"),
    ("终端", "終端機"),
    ("设备", "裝置"),
    ("服务器", "伺服器"),
    ("客户端", "用戶端"),
    ("仓库", "儲存庫"),
    ("通配符", "萬用字元"),
    ("自定义", "自訂"),
    ("内置", "內建"),
    ("自带", "內附"),
    ("项目", "專案"),
    ("条目", "項目"),
    ("扩展", "擴充功能"),
    ("扩展到", "擴充到"),
    ("状态栏", "狀態列"),
    ("光标", "游標"),
    ("补全", "自動完成"),
    ("打开", "開啟"),
    ("重启", "重新啟動"),
    ("日志", "記錄"),
    ("通信", "通訊"),
    ("质量", "品質"),
    ("识别", "辨識"),
    ("交互", "互動"),
    ("响应", "回應"),
];

/// Both tables by their first characters, the longest first.
static TABLE: LazyLock<FxHashMap<char, Vec<(&str, &str)>>> = LazyLock::new(|| {
    let mut table = FxHashMap::<char, Vec<(&str, &str)>>::default();
    for (from, to) in WORDS.iter().copied().chain(characters()) {
        from.chars().next().into_iter().for_each(|first| table.entry(first).or_default().push((from, to)));
    }
    table.values_mut().for_each(|words| words.sort_by_key(|(from, _)| Reverse(from.len())));
    table
});

fn characters() -> impl Iterator<Item = (&'static str, &'static str)> {
    let each = |text: &'static str| text.char_indices().map(move |(at, c)| &text[at..at + c.len_utf8()]);
    each(SIMPLIFIED).zip(each(TRADITIONAL))
}

/// Writes one of our texts in simplified characters as Taiwan does; of several words that fit at a place the longest counts.
pub fn traditional(simplified: &str) -> String {
    let mut text = String::with_capacity(simplified.len());
    let mut rest = simplified;
    while let Some(first) = rest.chars().next() {
        let words = TABLE.get(&first).map(Vec::as_slice).unwrap_or_default();
        let word = words.iter().copied().find(|(from, _)| rest.starts_with(from));
        let (from, to) = word.unwrap_or_else(|| {
            let same = &rest[..first.len_utf8()];
            (same, same)
        });
        text += to;
        rest = &rest[from.len()..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_characters() {
        for (simplified, written) in [
            ("参数量与计算量", "參數量與計算量"),
            ("模型文件里的类别数", "模型檔案裡的類別數"),
            ("作用于特征图像素", "作用於特徵圖像素"),
            ("这种类型的数组", "這種型別的陣列"),
            ("打开文件夹“{ $name }”", "開啟資料夾「{ $name }」"),
            ("`models/模型.yaml` is read", "`models/模型.yaml` is read"),
        ] {
            assert_eq!(traditional(simplified), written);
        }
    }
}
