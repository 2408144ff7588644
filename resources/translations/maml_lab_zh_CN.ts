<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About MAML Lab</source>
        <translation>关于 MAML Lab</translation>
    </message>
    <message>
        <source>A desktop lab in which few-shot meta-learning happens before your eyes.</source>
        <translation>在桌面上亲眼看小样本元学习发生的实验室。</translation>
    </message>
    <message>
        <source>Copy diagnostics</source>
        <translation>复制诊断信息</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Cancel evaluation</source>
        <translation>取消评估</translation>
    </message>
    <message>
        <source>The tasks are being made ready</source>
        <translation>正在准备任务</translation>
    </message>
    <message>
        <source>The run has stopped by itself: change a setting or reset</source>
        <translation>运行已自行停止：请改动设置或重置</translation>
    </message>
    <message>
        <source>The evaluation comes first; it can be cancelled</source>
        <translation>评估先行；可以取消</translation>
    </message>
    <message>
        <source>Evaluate on {0} tasks</source>
        <translation>在 {0} 个任务上评估</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>打开最近的会话(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>运行(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>主题(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Presets</source>
        <translation>预设(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>Train every learner on the same stream of tasks, or rest; the space bar does the same</source>
        <translation>在同一串任务上训练每个学习器，或停下；空格键作用相同</translation>
    </message>
    <message>
        <source>Judge every learner on all held-out tasks, then rest, so that the numbers can be read</source>
        <translation>在全部留出任务上评判每个学习器，然后停下，以便读数</translation>
    </message>
    <message>
        <source>Look at a file or folder of your own, and train on it; dropping it on the window does the same</source>
        <translation>查看自己的文件或文件夹并用它训练；把它拖到窗口上也一样</translation>
    </message>
    <message>
        <source>A page of Python that trains the same theta, bit for bit</source>
        <translation>一页 Python，训练出逐位相同的 θ</translation>
    </message>
    <message>
        <source>Test what is trained now on tasks of another kind than in training</source>
        <translation>在与训练时不同的任务上测试目前训练所得</translation>
    </message>
    <message>
        <source>Compare learners over ways, shots, class splits and seeds, and write a report</source>
        <translation>在不同类别数、样本数、类别划分和种子上比较学习器，并写出报告</translation>
    </message>
    <message>
        <source>Copy the panel under the pointer, or the one used last</source>
        <translation>复制指针下的面板，或最近用过的面板</translation>
    </message>
    <message>
        <source>Bring every panel back to its place</source>
        <translation>把每个面板放回原位</translation>
    </message>
    <message>
        <source>&amp;Open session…</source>
        <translation>打开会话(&amp;O)…</translation>
    </message>
    <message>
        <source>Continue from a saved session</source>
        <translation>从保存的会话继续</translation>
    </message>
    <message>
        <source>&amp;Import data…</source>
        <translation>导入数据(&amp;I)…</translation>
    </message>
    <message>
        <source>&amp;Save session</source>
        <translation>保存会话(&amp;S)</translation>
    </message>
    <message>
        <source>Save all that an exact resume needs</source>
        <translation>保存精确继续所需的一切</translation>
    </message>
    <message>
        <source>Save session &amp;as…</source>
        <translation>会话另存为(&amp;A)…</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>导出(&amp;E)…</translation>
    </message>
    <message>
        <source>Take theta, pictures and numbers away</source>
        <translation>带走 θ、图和数字</translation>
    </message>
    <message>
        <source>Copy &amp;command that repeats this run</source>
        <translation>复制可重复本次运行的命令(&amp;C)</translation>
    </message>
    <message>
        <source>Copy sc&amp;ript that repeats this run</source>
        <translation>复制可重复本次运行的脚本(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>单步</translation>
    </message>
    <message>
        <source>Take one meta-step, then rest</source>
        <translation>走一个元步，然后停下</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Begin anew with the same settings</source>
        <translation>以同样的设置重新开始</translation>
    </message>
    <message>
        <source>S&amp;hift…</source>
        <translation>偏移(&amp;H)…</translation>
    </message>
    <message>
        <source>&amp;Study…</source>
        <translation>研究(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Copy picture of panel</source>
        <translation>复制面板图像(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>重置布局(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;System</source>
        <translation>跟随系统(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>浅色(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>深色(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>全屏(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>键盘快捷键(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;About MAML Lab</source>
        <translation>关于 MAML Lab(&amp;A)</translation>
    </message>
</context>
<context>
    <name>AdaptationPanel</name>
    <message>
        <source>Adaptation</source>
        <translation>适应</translation>
    </message>
    <message>
        <source>query loss ({0})</source>
        <translation>查询损失（{0}）</translation>
    </message>
    <message>
        <source>query accuracy (%)</source>
        <translation>查询准确率（%）</translation>
    </message>
    <message>
        <source>inner steps on the support set</source>
        <translation>支持集上的内层步</translation>
    </message>
    <message>
        <source>inner steps</source>
        <translation>内层步</translation>
    </message>
    <message>
        <source>accuracy at each step</source>
        <translation>每一步的准确率</translation>
    </message>
    <message>
        <source>loss at each step</source>
        <translation>每一步的损失</translation>
    </message>
    <message>
        <source>After F5: who improves within a few steps?</source>
        <translation>按 F5 之后：几步之内谁有进步？</translation>
    </message>
    <message>
        <source>Stopped at the first step.</source>
        <translation>第一步就停止了。</translation>
    </message>
    <message>
        <source>median</source>
        <translation>中位数</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>均值</translation>
    </message>
    <message>
        <source>thin: one held-out task, bold: {0}</source>
        <translation>细线：单个留出任务，粗线：{0}</translation>
    </message>
    <message>
        <source>thin: a task, bold: {0}</source>
        <translation>细线：单个任务，粗线：{0}</translation>
    </message>
    <message>
        <source>bold: {0}</source>
        <translation>粗线：{0}</translation>
    </message>
    <message>
        <source>under θ of iteration {0}</source>
        <translation>以第 {0} 次迭代的 θ</translation>
    </message>
    <message>
        <source>full evaluation, {0} tasks</source>
        <translation>完整评估，{0} 个任务</translation>
    </message>
    <message>
        <source>trained for {0}</source>
        <translation>训练用 {0} 步</translation>
    </message>
    <message>
        <source>task {0}</source>
        <translation>任务 {0}</translation>
    </message>
    <message>
        <source>median {0}, {1} diverged</source>
        <translation>中位数 {0}，{1} 个发散</translation>
    </message>
    <message>
        <source>before adapting</source>
        <translation>适应前</translation>
    </message>
    <message>
        <source>after step {0}</source>
        <translation>第 {0} 步后</translation>
    </message>
    <message>
        <source>Click: show task {0}</source>
        <translation>单击：显示任务 {0}</translation>
    </message>
</context>
<context>
    <name>ChoicesForm</name>
    <message>
        <source>Auto</source>
        <extracomment>Choices that name a column, where the file has columns.</extracomment>
        <translation>自动</translation>
    </message>
    <message>
        <source>Tasks in mind</source>
        <translation>打算做的任务</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
</context>
<context>
    <name>ClassList</name>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>行数</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>划分</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>The tick marks the {0} rows that a task needs: K + Q</source>
        <translation>刻度标出一个任务所需的 {0} 行：K + Q</translation>
    </message>
    <message>
        <source>train</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>test</source>
        <translation>测试</translation>
    </message>
</context>
<context>
    <name>ConfusionView</name>
    <message>
        <source>{0} held-out tasks</source>
        <translation>{0} 个留出任务</translation>
    </message>
    <message>
        <source>this task</source>
        <translation>此任务</translation>
    </message>
    <message>
        <source>{0} {1} right, {2}</source>
        <translation>{0} {1} 正确，{2}</translation>
    </message>
    <message>
        <source>{0} {1}</source>
        <translation>{0} {1}</translation>
    </message>
    <message>
        <source>After the first meta-steps: which class is taken for which.</source>
        <translation>走过最初几个元步后：哪一类被当成哪一类。</translation>
    </message>
    <message>
        <source>{0} of {1} rows of class {2} are taken for {3}</source>
        <translation>{1} 个 {2} 类样本中有 {0} 个被当成 {3}</translation>
    </message>
    <message>
        <source>predicted class</source>
        <translation>预测类别</translation>
    </message>
    <message>
        <source>right</source>
        <translation>正确</translation>
    </message>
    <message>
        <source>true class</source>
        <translation>真实类别</translation>
    </message>
</context>
<context>
    <name>Controls</name>
    <message>
        <source>Tasks</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Inner loop</source>
        <translation>内循环</translation>
    </message>
    <message>
        <source>Outer loop</source>
        <translation>外循环</translation>
    </message>
    <message>
        <source>Learners</source>
        <translation>学习器</translation>
    </message>
    <message>
        <source>Methods</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Evaluation</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>at the next step</source>
        <translation>下一步生效</translation>
    </message>
    <message>
        <source>restarts the run</source>
        <translation>重新开始运行</translation>
    </message>
    <message>
        <source>At least one learner stays on.</source>
        <translation>至少要保留一个学习器。</translation>
    </message>
    <message>
        <source>{0} went from {1} to {2}: {3}.</source>
        <translation>{0}从 {1} 变为 {2}：{3}。</translation>
    </message>
</context>
<context>
    <name>DatasetRow</name>
    <message>
        <source>The file is being read. Click to leave it.</source>
        <extracomment>Imported data sets that the box lists.</extracomment>
        <translation>正在读取文件。单击可放弃。</translation>
    </message>
    <message>
        <source>Data sets (*.npz *.csv);;All files (*)</source>
        <translation>数据集 (*.npz *.csv);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Choose a data set</source>
        <translation>选择数据集</translation>
    </message>
    <message>
        <source>Choose file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>{0} read, cancel</source>
        <translation>已读 {0}，取消</translation>
    </message>
</context>
<context>
    <name>DockCorner</name>
    <message>
        <source>{0}: panel menu</source>
        <translation>{0}：面板菜单</translation>
    </message>
    <message>
        <source>Float, close</source>
        <translation>浮动、关闭</translation>
    </message>
    <message>
        <source>Panels in this place</source>
        <translation>此处的面板</translation>
    </message>
</context>
<context>
    <name>EarlierStudies</name>
    <message>
        <source>Study</source>
        <translation>研究</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Cells</source>
        <translation>格数</translation>
    </message>
    <message>
        <source>Earlier studies</source>
        <translation>先前的研究</translation>
    </message>
    <message>
        <source>Studies that you start are listed here.</source>
        <translation>你开始的研究会列在这里。</translation>
    </message>
    <message>
        <source>Open report</source>
        <translation>打开报告</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
</context>
<context>
    <name>ErrorDialog</name>
    <message>
        <source>MAML Lab: something went wrong</source>
        <translation>MAML Lab：出了问题</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>{0} errors so far; the first is shown above</source>
        <translation>至今 {0} 个错误；上面显示第一个</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>The picture of iteration {0}; training goes on</source>
        <translation>第 {0} 次迭代的画面；训练继续</translation>
    </message>
    <message>
        <source>Iteration {0}</source>
        <translation>第 {0} 次迭代</translation>
    </message>
    <message>
        <source>None of the learners in this run has network weights</source>
        <translation>本次运行的学习器都没有网络权重</translation>
    </message>
    <message>
        <source>None of the learners in this run is trained</source>
        <translation>本次运行的学习器都不训练</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Copy command that repeats this run</source>
        <translation>复制可重复本次运行的命令</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Folder of the export</source>
        <translation>导出到的文件夹</translation>
    </message>
    <message>
        <source>Export 1 file</source>
        <translation>导出 1 个文件</translation>
    </message>
    <message>
        <source>Export {0} files</source>
        <translation>导出 {0} 个文件</translation>
    </message>
    <message>
        <source>Exporting…</source>
        <translation>正在导出…</translation>
    </message>
    <message>
        <source>Files of these names lie there and will be replaced: {0}</source>
        <translation>同名文件已存在，将被替换：{0}</translation>
    </message>
</context>
<context>
    <name>FamilyPicker</name>
    <message>
        <source>{0}, {1} of {2} features matter</source>
        <translation>{0}，{2} 个特征中 {1} 个有效</translation>
    </message>
    <message>
        <source>{0}, {1} classes in a task</source>
        <translation>{0}，每个任务 {1} 类</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>Open session</source>
        <extracomment>Qt&apos;s own file dialog (where the desktop has none) keeps its small buttons.</extracomment>
        <translation>打开会话</translation>
    </message>
    <message>
        <source>Save session</source>
        <translation>保存会话</translation>
    </message>
    <message>
        <source>session{0}</source>
        <translation>会话{0}</translation>
    </message>
    <message>
        <source>MAML Lab sessions (*{0} *.npz)</source>
        <translation>MAML Lab 会话 (*{0} *.npz)</translation>
    </message>
    <message>
        <source>Last autosave, iteration {0}</source>
        <translation>上次自动保存，第 {0} 次迭代</translation>
    </message>
    <message>
        <source>No sessions yet</source>
        <translation>还没有会话</translation>
    </message>
    <message>
        <source>Clear list</source>
        <translation>清空列表</translation>
    </message>
    <message>
        <source>Saved the session to {0}</source>
        <translation>已把会话保存到 {0}</translation>
    </message>
    <message>
        <source>Opened {0}</source>
        <translation>已打开 {0}</translation>
    </message>
</context>
<context>
    <name>FoundView</name>
    <message>
        <source>This cannot be imported.</source>
        <translation>无法导入。</translation>
    </message>
    <message>
        <source>Samples of some classes</source>
        <translation>部分类别的样本</translation>
    </message>
    <message>
        <source>Reading {0}…</source>
        <translation>正在读取 {0}…</translation>
    </message>
    <message>
        <source>{0}: {1}. This cannot be imported as it is.</source>
        <translation>{0}：{1}。照现在这样无法导入。</translation>
    </message>
    <message>
        <source>pictures of {0}</source>
        <translation>张 {0} 图片</translation>
    </message>
    <message>
        <source>rows of {0} features</source>
        <translation>行，每行 {0} 个特征</translation>
    </message>
    <message>
        <source>{0}: {1}, {2} {3}, {4} classes</source>
        <translation>{0}：{1}，{2} {3}，{4} 个类别</translation>
    </message>
    <message>
        <source>{0} classes to train on, {1} to validate, {2} to test</source>
        <translation>{0} 个类别用于训练，{1} 个用于验证，{2} 个用于测试</translation>
    </message>
    <message>
        <source>{0} (validation uses other rows of the training classes)</source>
        <translation>{0}（验证使用训练类别的其他行）</translation>
    </message>
    <message>
        <source>The first {0} of {1} classes are listed</source>
        <translation>列出 {1} 个类别中的前 {0} 个</translation>
    </message>
    <message>
        <source>Samples, from the chosen class on</source>
        <translation>样本，从所选类别开始</translation>
    </message>
    <message>
        <source>Samples, from the chosen class on. A strip is a row, a cell a feature, bright where high</source>
        <translation>样本，从所选类别开始。一条是一行，一格是一个特征，数值越高越亮</translation>
    </message>
    <message>
        <source>Choose {0}</source>
        <translation>选择 {0}</translation>
    </message>
</context>
<context>
    <name>Group</name>
    <message>
        <source>fewer ⌄</source>
        <translation>收起 ⌄</translation>
    </message>
    <message>
        <source>{0} more ›</source>
        <translation>还有 {0} 项 ›</translation>
    </message>
</context>
<context>
    <name>HeatMaps</name>
    <message>
        <source>to each unit of the layer</source>
        <translation>到该层每个单元</translation>
    </message>
    <message>
        <source>from each input, bias below</source>
        <translation>来自每个输入，偏置在下</translation>
    </message>
    <message>
        <source>from</source>
        <translation>从</translation>
    </message>
    <message>
        <source>{0}, bias of unit {1}: {2}</source>
        <translation>{0}，单元 {1} 的偏置：{2}</translation>
    </message>
    <message>
        <source>{0}, weight from {1} to {2}: {3}</source>
        <translation>{0}，从 {1} 到 {2} 的权重：{3}</translation>
    </message>
</context>
<context>
    <name>Histograms</name>
    <message>
        <source>weight or bias</source>
        <translation>权重或偏置</translation>
    </message>
    <message>
        <source>share of the layer’s weights</source>
        <translation>该层权重的份额</translation>
    </message>
    <message>
        <source>share</source>
        <translation>份额</translation>
    </message>
    <message>
        <source>norm {0}</source>
        <translation>范数 {0}</translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message>
        <source>Import data</source>
        <translation>导入数据</translation>
    </message>
    <message>
        <source>Data set</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>Reading</source>
        <translation>正在读取</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Import and use</source>
        <translation>导入并使用</translation>
    </message>
    <message>
        <source>A data set must be written to a file that ends in .npz</source>
        <translation>数据集文件名必须以 .npz 结尾</translation>
    </message>
    <message>
        <source>The file lies there and will be replaced</source>
        <translation>文件已存在，将被替换</translation>
    </message>
    <message>
        <source>Data ({0})</source>
        <translation>数据 ({0})</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
</context>
<context>
    <name>InternalsPanel</name>
    <message>
        <source>None of these learners has internals to show.</source>
        <translation>这些学习器都没有可显示的内部。</translation>
    </message>
    <message>
        <source>Learner</source>
        <translation>学习器</translation>
    </message>
    <message>
        <source>What to look at</source>
        <translation>看什么</translation>
    </message>
    <message>
        <source>This task</source>
        <translation>此任务</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Computed on</source>
        <translation>计算范围</translation>
    </message>
    <message>
        <source>The inspected task, or the mean over the held-out tasks</source>
        <translation>所查看的任务，或留出任务的均值</translation>
    </message>
    <message>
        <source>Internals</source>
        <translation>内部</translation>
    </message>
</context>
<context>
    <name>LearnerMap</name>
    <message>
        <source>Learner of this map</source>
        <translation>此图的学习器</translation>
    </message>
    <message>
        <source>feature {0}</source>
        <translation>特征 {0}</translation>
    </message>
    <message>
        <source>leading direction {0}</source>
        <translation>主方向 {0}</translation>
    </message>
    <message>
        <source>direction {0}</source>
        <translation>方向 {0}</translation>
    </message>
</context>
<context>
    <name>LearnersModel</name>
    <message>
        <source>Learner</source>
        <extracomment>Columns in the order of display. A cell as a whole: (what is read first, what stands smaller behind it).</extracomment>
        <translation>学习器</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>名次</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>适应前</translation>
    </message>
    <message>
        <source>After {0} steps</source>
        <translation>{0} 步后</translation>
    </message>
    <message>
        <source>After 1 step</source>
        <translation>1 步后</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95 % 区间</translation>
    </message>
    <message>
        <source>Against {0}, paired</source>
        <translation>与 {0} 相比，成对</translation>
    </message>
    <message>
        <source>Meta-steps</source>
        <translation>元步</translation>
    </message>
    <message>
        <source>Rows seen</source>
        <translation>已见样本</translation>
    </message>
    <message>
        <source>Gradients</source>
        <translation>梯度次数</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Own step</source>
        <translation>自选步长</translation>
    </message>
    <message>
        <source>Diverged</source>
        <translation>发散</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
    </message>
    <message>
        <source>{0} %</source>
        <translation>{0} %</translation>
    </message>
    <message>
        <source>={0}</source>
        <translation>={0}</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} / {1}</translation>
    </message>
    <message>
        <source>reference</source>
        <translation>参照</translation>
    </message>
    <message>
        <source>tie</source>
        <translation>持平</translation>
    </message>
    <message>
        <source>Mean of {0} held-out tasks with its 95 % interval; median {1}</source>
        <translation>{0} 个留出任务的均值及其 95 % 区间；中位数 {1}</translation>
    </message>
    <message>
        <source>Tasks diverged: a mean over them compares nothing</source>
        <translation>有任务发散：对它们求均值比较不出什么</translation>
    </message>
    <message>
        <source>A tie: the interval of the difference, taken task by task, contains 0</source>
        <translation>持平：逐任务之差的区间包含 0</translation>
    </message>
    <message>
        <source>{0} minus {1}, taken task by task, with its 95 % interval</source>
        <translation>{0}减{1}，逐任务相减，带 95 % 区间</translation>
    </message>
    <message>
        <source>1 and how many are better, by the 95 % interval of the difference taken task by task; learners that can’t be told apart share a rank (=)</source>
        <translation>1 加上更好者的个数，依据逐任务之差的 95 % 区间；分不出高下的学习器名次相同（=）</translation>
    </message>
    <message>
        <source>Meta-steps that the learner has taken itself: with a fair pace slow ones take fewer</source>
        <translation>学习器自己走过的元步；步调公平时慢的走得少</translation>
    </message>
    <message>
        <source>Numbers that the learner trains</source>
        <translation>学习器所训练的参数个数</translation>
    </message>
    <message>
        <source>On the query rows of held-out tasks, before the first adaptation step</source>
        <translation>在留出任务的查询样本上，第一个适应步之前</translation>
    </message>
    <message>
        <source>Labelled rows used in training so far</source>
        <translation>训练至今用过的有标签样本</translation>
    </message>
    <message>
        <source>Gradients of one task computed in training so far; a product with the Hessian counts as two</source>
        <translation>训练至今计算的单任务梯度；与海森矩阵相乘算作两次</translation>
    </message>
    <message>
        <source>Time spent in training steps so far, and its share of the time of all</source>
        <translation>训练步至今所用的时间，以及占全部时间的份额</translation>
    </message>
    <message>
        <source>Step size of adaptation that a baseline has chosen for itself on validation tasks</source>
        <translation>基线在验证任务上为自己选定的适应步长</translation>
    </message>
    <message>
        <source>Held-out tasks whose loss is not finite, or ten times the worst before adaptation</source>
        <translation>损失不是有限数、或为适应前最差值十倍以上的留出任务</translation>
    </message>
</context>
<context>
    <name>LearnersPanel</name>
    <message>
        <source>Learners</source>
        <extracomment>Seconds between two looks at what training has cost; digits that change faster can&apos;t be read.</extracomment>
        <translation>学习器</translation>
    </message>
    <message>
        <source>Copy table</source>
        <translation>复制表格</translation>
    </message>
    <message>
        <source>nothing measured yet</source>
        <translation>还没有测量</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Each learner’s {0} before and after {1},
and its paired difference to the first meta-learner, will stand here.</source>
        <translation>每个学习器在 {1}前后的{0}，
以及它与第一个元学习器的成对差异，将显示在这里。</translation>
    </message>
    <message>
        <source>full evaluation, same {0} held-out tasks</source>
        <translation>完整评估，相同的 {0} 个留出任务</translation>
    </message>
    <message>
        <source>same {0} held-out tasks</source>
        <translation>相同的 {0} 个留出任务</translation>
    </message>
    <message>
        <source>{0} test tasks</source>
        <translation>{0} 个测试任务</translation>
    </message>
    <message>
        <source>{0} live tasks</source>
        <translation>{0} 个实时任务</translation>
    </message>
    <message>
        <source>{0}, {1}, 95 % intervals, iteration {2}</source>
        <translation>{0}，{1}，95 % 区间，第 {2} 次迭代</translation>
    </message>
    <message>
        <source>{0}, {1}, 95 % intervals</source>
        <translation>{0}，{1}，95 % 区间</translation>
    </message>
    <message>
        <source>{0}, {1}</source>
        <translation>{0}，{1}</translation>
    </message>
    <message>
        <source>query accuracy</source>
        <translation>查询准确率</translation>
    </message>
    <message>
        <source>query loss (MSE)</source>
        <translation>查询损失（均方误差）</translation>
    </message>
    <message>
        <source>query loss (cross-entropy)</source>
        <translation>查询损失（交叉熵）</translation>
    </message>
</context>
<context>
    <name>LookRow</name>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Width</source>
        <translation>宽度</translation>
    </message>
    <message>
        <source>Resolution of PNG</source>
        <translation>PNG 分辨率</translation>
    </message>
</context>
<context>
    <name>MapView</name>
    <message>
        <source>a held-out task and its {0} support rows</source>
        <translation>一个留出任务和它的 {0} 个支持样本</translation>
    </message>
    <message>
        <source>a held-out task</source>
        <translation>一个留出任务</translation>
    </message>
    <message>
        <source>the two directions that matter</source>
        <translation>两个有效方向</translation>
    </message>
    <message>
        <source>the two leading directions</source>
        <translation>两个主方向</translation>
    </message>
    <message>
        <source>features {0} and {1}</source>
        <translation>特征 {0} 和 {1}</translation>
    </message>
    <message>
        <source>decisions</source>
        <translation>判定</translation>
    </message>
    <message>
        <source>{0}; regions are the slice through the task’s mean</source>
        <translation>{0}；区域是过任务均值的切面</translation>
    </message>
    <message>
        <source>{0}; regions: a slice</source>
        <translation>{0}；区域：一个切面</translation>
    </message>
    <message>
        <source>regions are a slice of {0} features</source>
        <translation>区域是 {0} 个特征的一个切面</translation>
    </message>
    <message>
        <source>regions: a slice</source>
        <translation>区域：一个切面</translation>
    </message>
</context>
<context>
    <name>MatrixView</name>
    <message>
        <source>row {0}, column {1}: {2}</source>
        <translation>第 {0} 行，第 {1} 列：{2}</translation>
    </message>
</context>
<context>
    <name>MetaLossPanel</name>
    <message>
        <source>Accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>对数</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>线性</translation>
    </message>
    <message>
        <source>Loss axis</source>
        <translation>损失轴</translation>
    </message>
    <message>
        <source>Against</source>
        <translation>横轴</translation>
    </message>
    <message>
        <source>What the curves are drawn against</source>
        <translation>曲线的横轴</translation>
    </message>
    <message>
        <source>Meta-loss</source>
        <translation>元损失</translation>
    </message>
    <message>
        <source>Meta-accuracy</source>
        <translation>元准确率</translation>
    </message>
    <message>
        <source>query accuracy</source>
        <translation>查询准确率</translation>
    </message>
    <message>
        <source>%</source>
        <translation>%</translation>
    </message>
    <message>
        <source>query loss</source>
        <translation>查询损失</translation>
    </message>
    <message>
        <source>{0} after {1}, mean of {2} held-out tasks</source>
        <translation>{1}后的{0}，{2} 个留出任务的均值</translation>
    </message>
    <message>
        <source>after {0}, {1} held-out tasks</source>
        <translation>{0}后，{1} 个留出任务</translation>
    </message>
    <message>
        <source>after {0}</source>
        <translation>{0}后</translation>
    </message>
    <message>
        <source>{0} after adaptation ({1})</source>
        <translation>适应后的{0}（{1}）</translation>
    </message>
    <message>
        <source>{0} ({1})</source>
        <translation>{0}（{1}）</translation>
    </message>
    <message>
        <source>Press F5: one line per learner moves here as it meets new tasks.</source>
        <translation>按 F5：学习器遇到新任务时，每个学习器一条线在此移动。</translation>
    </message>
    <message>
        <source>Press F5: one line per learner.</source>
        <translation>按 F5：每个学习器一条线。</translation>
    </message>
    <message>
        <source>Stopped at the first step.</source>
        <translation>第一步就停止了。</translation>
    </message>
</context>
<context>
    <name>Movements</name>
    <message>
        <source>distance from the start, ‖φₖ − φ₀‖</source>
        <translation>离起点的距离，‖φₖ − φ₀‖</translation>
    </message>
    <message>
        <source>‖φₖ − φ₀‖</source>
        <translation>‖φₖ − φ₀‖</translation>
    </message>
    <message>
        <source>inner steps on the support set</source>
        <translation>支持集上的内层步</translation>
    </message>
    <message>
        <source>inner steps</source>
        <translation>内层步</translation>
    </message>
    <message>
        <source>trained for {0}</source>
        <translation>训练用 {0} 步</translation>
    </message>
    <message>
        <source>{0}, {1} %</source>
        <translation>{0}，{1} %</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>PanelDock</name>
    <message>
        <source>Back into the window</source>
        <translation>放回窗口</translation>
    </message>
    <message>
        <source>Float</source>
        <translation>浮动</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>PicturesView</name>
    <message>
        <source>support and query pictures</source>
        <translation>支持和查询图像</translation>
    </message>
    <message>
        <source>{0} {1}; ×: wrong</source>
        <translation>{0} {1}；×：错</translation>
    </message>
    <message>
        <source>{0} {1}</source>
        <translation>{0} {1}</translation>
    </message>
    <message>
        <source>support</source>
        <translation>支持</translation>
    </message>
    <message>
        <source>query</source>
        <translation>查询</translation>
    </message>
</context>
<context>
    <name>PlaneChoice</name>
    <message>
        <source>Plane</source>
        <translation>平面</translation>
    </message>
    <message>
        <source>horizontal</source>
        <translation>横</translation>
    </message>
    <message>
        <source>vertical</source>
        <translation>纵</translation>
    </message>
    <message>
        <source>Feature of the {0} axis</source>
        <translation>{0}轴的特征</translation>
    </message>
    <message>
        <source>What matters</source>
        <translation>有效方向</translation>
    </message>
    <message>
        <source>Leading</source>
        <translation>主方向</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>特征数</translation>
    </message>
</context>
<context>
    <name>Preview</name>
    <message>
        <source>Preview</source>
        <translation>预览</translation>
    </message>
    <message>
        <source>Meta-accuracy</source>
        <translation>元准确率</translation>
    </message>
    <message>
        <source>Meta-loss</source>
        <translation>元损失</translation>
    </message>
    <message>
        <source>Adaptation</source>
        <translation>适应</translation>
    </message>
    <message>
        <source>Drawing…</source>
        <translation>正在绘制…</translation>
    </message>
    <message>
        <source>No picture: {0}</source>
        <translation>没有图：{0}</translation>
    </message>
</context>
<context>
    <name>Reporter</name>
    <message>
        <source>An unexpected {0}: {1}</source>
        <translation>意外的 {0}：{1}</translation>
    </message>
</context>
<context>
    <name>Row</name>
    <message>
        <source>Reset to {0}</source>
        <translation>重置为 {0}</translation>
    </message>
    <message>
        <source>{0} stays in use.</source>
        <translation>{0} 仍在使用。</translation>
    </message>
    <message>
        <source>Copy {0}</source>
        <translation>复制 {0}</translation>
    </message>
</context>
<context>
    <name>ShiftDialog</name>
    <message>
        <source>Shift</source>
        <translation>偏移</translation>
    </message>
    <message>
        <source>Curves of the learners</source>
        <translation>各学习器的曲线</translation>
    </message>
    <message>
        <source>Tests what iteration {0} has learned where one setting differs from training, on {1} tasks at each value, the same ones for all learners. Nothing is trained or tuned anew.</source>
        <translation>测试第 {0} 次迭代所学到的东西在某个设置与训练时不同的任务上表现如何：每个值 {1} 个任务，所有学习器都相同。不重新训练，也不重新调参。</translation>
    </message>
    <message>
        <source>Testing</source>
        <translation>正在测试</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Save table and figure…</source>
        <translation>保存表格和图…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Testing…</source>
        <translation>正在测试…</translation>
    </message>
    <message>
        <source>Stopped. Move a slider or change the values to test again.</source>
        <translation>已停止。移动滑块或更改取值即可重新测试。</translation>
    </message>
    <message>
        <source>Folder for shift.csv and the figures</source>
        <translation>存放 shift.csv 和图的文件夹</translation>
    </message>
</context>
<context>
    <name>ShiftForm</name>
    <message>
        <source>Values to test at, separated by commas</source>
        <translation>要测试的取值，用逗号分隔</translation>
    </message>
    <message>
        <source>Adaptation steps</source>
        <translation>适应步数</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>取值</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
</context>
<context>
    <name>SineView</name>
    <message>
        <source>drag a point</source>
        <translation>拖动一个点</translation>
    </message>
    <message>
        <source>True curve</source>
        <translation>真实曲线</translation>
    </message>
    <message>
        <source>True</source>
        <translation>真实</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>适应前</translation>
    </message>
</context>
<context>
    <name>Status</name>
    <message>
        <source>Loading</source>
        <translation>载入中</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Evaluating</source>
        <translation>评估中</translation>
    </message>
    <message>
        <source>Diverged</source>
        <translation>发散</translation>
    </message>
    <message>
        <source>Stopped by a fault</source>
        <translation>因故障停止</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>iterations</source>
        <translation>次迭代</translation>
    </message>
    <message>
        <source>it/s</source>
        <translation>次/秒</translation>
    </message>
    <message>
        <source>tasks seen</source>
        <translation>个已见任务</translation>
    </message>
    <message>
        <source>frames/s</source>
        <translation>帧/秒</translation>
    </message>
    <message>
        <source>seed</source>
        <translation>种子</translation>
    </message>
</context>
<context>
    <name>StepSlider</name>
    <message>
        <source>Inner step</source>
        <translation>内层步</translation>
    </message>
</context>
<context>
    <name>StudyDialog</name>
    <message>
        <source>Study</source>
        <translation>研究</translation>
    </message>
    <message>
        <source>Earlier studies</source>
        <translation>先前的研究</translation>
    </message>
    <message>
        <source>Compares learners on {0}, each tuned by the same number of trials on validation classes; the other settings are those of the window.</source>
        <translation>在{0}上比较学习器，每个都在验证类别上用同样多的试验调参；其他设置与窗口相同。</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Finished cells are kept; the study can go on later</source>
        <translation>已完成的格会保留；研究可以以后继续</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Choose at least one learner.</source>
        <translation>请至少选择一个学习器。</translation>
    </message>
    <message>
        <source>{0} cells of {1} trials: {2} trainings</source>
        <translation>{0} 格，每格 {1} 次试验：共 {2} 次训练</translation>
    </message>
</context>
<context>
    <name>StudyForm</name>
    <message>
        <source>Learners</source>
        <translation>学习器</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>The usual ones</source>
        <translation>常用的</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>None</source>
        <translation>无</translation>
    </message>
    <message>
        <source>One number or several, separated by commas</source>
        <translation>一个或多个数，用逗号分隔</translation>
    </message>
    <message>
        <source>Ways N</source>
        <translation>类别数 N</translation>
    </message>
    <message>
        <source>Shots K</source>
        <translation>样本数 K</translation>
    </message>
    <message>
        <source>Class splits</source>
        <translation>类别划分</translation>
    </message>
    <message>
        <source>Seeds</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>These tasks have no such setting</source>
        <translation>这些任务没有这个设置</translation>
    </message>
    <message>
        <source>Meta-steps</source>
        <translation>元步</translation>
    </message>
    <message>
        <source>Training of each learner; the best point on validation counts</source>
        <translation>每个学习器的训练；以验证上最好的点为准</translation>
    </message>
    <message>
        <source>Trials</source>
        <translation>试验次数</translation>
    </message>
    <message>
        <source>Settings tried for each learner on validation tasks</source>
        <translation>每个学习器在验证任务上尝试的设置数</translation>
    </message>
    <message>
        <source>Test tasks</source>
        <translation>测试任务数</translation>
    </message>
    <message>
        <source>Held-out tasks that each learner is judged on</source>
        <translation>评判每个学习器所用的留出任务数</translation>
    </message>
    <message>
        <source>Processes of a local Dask cluster, one thread each; this machine has {0} cores</source>
        <translation>本机 Dask 集群的进程数，每个一个线程；这台机器有 {0} 个核</translation>
    </message>
    <message>
        <source>Workers</source>
        <translation>进程数</translation>
    </message>
</context>
<context>
    <name>StudyReport</name>
    <message>
        <source>Progress of the study</source>
        <translation>研究进度</translation>
    </message>
    <message>
        <source>Open report</source>
        <translation>打开报告</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
    <message>
        <source>No study yet</source>
        <translation>还没有研究</translation>
    </message>
    <message>
        <source>The study is finished.</source>
        <translation>研究已完成。</translation>
    </message>
    <message>
        <source>The study has stopped: {0}</source>
        <translation>研究已停止：{0}</translation>
    </message>
    <message>
        <source>Stopped. Finished cells are kept; go on with it from the list below.</source>
        <translation>已停止。已完成的格会保留；可从下面的列表继续。</translation>
    </message>
    <message>
        <source>Writing the report…</source>
        <translation>正在写报告…</translation>
    </message>
    <message>
        <source>Starting the workers…</source>
        <translation>正在启动进程…</translation>
    </message>
    <message>
        <source>Computing the first of {0} cells…</source>
        <translation>正在计算 {0} 格中的第一格…</translation>
    </message>
    <message>
        <source>{0} of {1} cells</source>
        <translation>{0} / {1} 格</translation>
    </message>
    <message>
        <source>{0}, about {1} left</source>
        <translation>{0}，约剩 {1}</translation>
    </message>
    <message>
        <source>Press Start: each cell is one learner at one N, K, class split and seed.</source>
        <translation>按“开始”：每格是一个学习器在一组 N、K、类别划分和种子上的结果。</translation>
    </message>
    <message>
        <source>This dialog may be closed; the study goes on.</source>
        <translation>可以关闭此对话框，研究会继续进行。</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} 分钟</translation>
    </message>
</context>
<context>
    <name>TaskChooser</name>
    <message>
        <source>Previous task (Left arrow)</source>
        <translation>上一个任务（左方向键）</translation>
    </message>
    <message>
        <source>Next task (Right arrow)</source>
        <translation>下一个任务（右方向键）</translation>
    </message>
    <message>
        <source>task</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>of {0}</source>
        <translation>共 {0}</translation>
    </message>
    <message>
        <source>Held-out task {0} of {1}</source>
        <translation>留出任务 {0}，共 {1}</translation>
    </message>
</context>
<context>
    <name>TaskControls</name>
    <message>
        <source>Inner step</source>
        <translation>内层步</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>单步</translation>
    </message>
    <message>
        <source>filled: support, hollow: query, ×: wrong</source>
        <translation>实心：支持，空心：查询，×：错</translation>
    </message>
    <message>
        <source>hollow: query, ×: wrong</source>
        <translation>空心：查询，×：错</translation>
    </message>
    <message>
        <source>×: wrong</source>
        <translation>×：错</translation>
    </message>
    <message>
        <source>Reset points</source>
        <translation>重置各点</translation>
    </message>
    <message>
        <source>Learner</source>
        <translation>学习器</translation>
    </message>
    <message>
        <source>This task</source>
        <translation>此任务</translation>
    </message>
    <message>
        <source>All tasks</source>
        <translation>全部任务</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>计数</translation>
    </message>
    <message>
        <source>Classes are new in every task: counts cannot be added up</source>
        <translation>每个任务的类别都是新的：计数不能相加</translation>
    </message>
</context>
<context>
    <name>TaskPanel</name>
    <message>
        <source>One task</source>
        <translation>单个任务</translation>
    </message>
    <message>
        <source>View of the task</source>
        <translation>任务视图</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>地图</translation>
    </message>
    <message>
        <source>Confusion</source>
        <translation>混淆矩阵</translation>
    </message>
    <message>
        <source>Tasks with more than one input and values to regress are not drawn.</source>
        <translation>多于一个输入的回归任务不画图。</translation>
    </message>
</context>
<context>
    <name>ThetaPanel</name>
    <message>
        <source>Learner</source>
        <translation>学习器</translation>
    </message>
    <message>
        <source>View of theta</source>
        <translation>θ 视图</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>热图</translation>
    </message>
    <message>
        <source>Histogram</source>
        <translation>直方图</translation>
    </message>
    <message>
        <source>Movement</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>None of these learners has an initialisation to show.</source>
        <translation>这些学习器都没有可显示的初始化。</translation>
    </message>
    <message>
        <source>Theta</source>
        <translation>θ</translation>
    </message>
    <message>
        <source>This learner adapts without moving its parameters.</source>
        <translation>这个学习器适应时不移动参数。</translation>
    </message>
    <message>
        <source>task {0}</source>
        <translation>任务 {0}</translation>
    </message>
    <message>
        <source>how far the steps on {0} move it</source>
        <translation>{0}上的各步移动了多远</translation>
    </message>
    <message>
        <source>{0} parameters, norm {1}</source>
        <translation>{0} 个参数，范数 {1}</translation>
    </message>
    <message>
        <source>norm {0}</source>
        <translation>范数 {0}</translation>
    </message>
</context>
<context>
    <name>ThetaView</name>
    <message>
        <source>output</source>
        <translation>输出层</translation>
    </message>
    <message>
        <source>layer {0}</source>
        <translation>第 {0} 层</translation>
    </message>
</context>
<context>
    <name>Tidings</name>
    <message>
        <source>Back to the settings in use</source>
        <translation>恢复正在使用的设置</translation>
    </message>
    <message>
        <source>The run goes on with the settings before.</source>
        <translation>运行以先前的设置继续。</translation>
    </message>
    <message>
        <source>These settings cannot be used.</source>
        <translation>这些设置无法使用。</translation>
    </message>
    <message>
        <source>Export kept θ</source>
        <translation>导出保留的 θ</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>复制详细信息</translation>
    </message>
    <message>
        <source>Stopped: {0}</source>
        <translation>已停止：{0}</translation>
    </message>
    <message>
        <source>Continue where you left off?</source>
        <translation>从上次停下的地方继续？</translation>
    </message>
    <message>
        <source>Iteration {0} of “{1}”, autosaved {2}.</source>
        <translation>“{1}”的第 {0} 次迭代，{2}自动保存。</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Autosave does not work.</source>
        <translation>自动保存不起作用。</translation>
    </message>
    <message>
        <source>The file with the layout and settings of the window is damaged.</source>
        <translation>记录窗口布局和设置的文件已损坏。</translation>
    </message>
    <message>
        <source>The layout and settings of the window come from another version.</source>
        <translation>窗口的布局和设置来自另一个版本。</translation>
    </message>
    <message>
        <source>The remembered layout does not fit this version.</source>
        <translation>记住的布局不适合这个版本。</translation>
    </message>
    <message>
        <source>The window starts with its defaults; your sessions are not touched.</source>
        <translation>窗口以默认值启动；你的会话不受影响。</translation>
    </message>
    <message>
        <source>Exported 1 file to {1}</source>
        <translation>已导出 1 个文件到 {1}</translation>
    </message>
    <message>
        <source>Exported {0} files to {1}</source>
        <translation>已导出 {0} 个文件到 {1}</translation>
    </message>
    <message>
        <source>Copied the command that repeats this run</source>
        <translation>已复制可重复本次运行的命令</translation>
    </message>
    <message>
        <source>Copied the command; it trains with the present settings from the start</source>
        <translation>已复制命令；它从头使用当前的设置训练</translation>
    </message>
    <message>
        <source>Saved shift.csv and its figure to {0}</source>
        <translation>已把 shift.csv 和图保存到 {0}</translation>
    </message>
    <message>
        <source>The study is finished; its report is in {0}</source>
        <translation>研究已完成；报告在 {0}</translation>
    </message>
    <message>
        <source>The study was stopped; finished cells are in {0}</source>
        <translation>研究被停止；已完成的格在 {0}</translation>
    </message>
    <message>
        <source>The study has stopped by itself; finished cells are in {0}</source>
        <translation>研究自行停止；已完成的格在 {0}</translation>
    </message>
    <message>
        <source>Export kept θ with {0}</source>
        <translation>导出保留的 θ（{0}）</translation>
    </message>
    <message>
        <source>the settings before</source>
        <translation>先前的设置</translation>
    </message>
    <message>
        <source>Back to {0} with {1}</source>
        <translation>回到 {0}，{1}</translation>
    </message>
    <message>
        <source>Go on with {0} {1}</source>
        <translation>以 {0} {1} 继续</translation>
    </message>
    <message>
        <source>Copied the details</source>
        <translation>已复制详细信息</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>刚才</translation>
    </message>
    <message>
        <source>{0} min ago</source>
        <translation>{0} 分钟前</translation>
    </message>
    <message>
        <source>{0} h ago</source>
        <translation>{0} 小时前</translation>
    </message>
    <message>
        <source>{0} days ago</source>
        <translation>{0} 天前</translation>
    </message>
</context>
<context>
    <name>TitleBar</name>
    <message>
        <source>Back into the window</source>
        <extracomment>In a window narrower than this, theta lies behind the learners. Qt&apos;s own tabs stay out of sight: the switch in the header of a panel says the same and keeps headers on one line.</extracomment>
        <translation>放回窗口</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Toolbar</name>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Replace all settings by those of a scene and begin anew</source>
        <translation>换上一个场景的全部设置，并重新开始</translation>
    </message>
    <message>
        <source>Own settings</source>
        <translation>自定设置</translation>
    </message>
</context>
<context>
    <name>WidthsRow</name>
    <message>
        <source>linear</source>
        <translation>线性</translation>
    </message>
    <message>
        <source>{0} layers</source>
        <translation>{0} 层</translation>
    </message>
</context>
<context>
    <name>Wiring</name>
    <message>
        <source>Copied the script that repeats this run</source>
        <translation>已复制可重复本次运行的脚本</translation>
    </message>
    <message>
        <source>Imported {0}; press Run to train on it</source>
        <translation>已导入 {0}；按“运行”开始训练</translation>
    </message>
    <message>
        <source>Copied the picture of “{0}”</source>
        <translation>已复制“{0}”的图像</translation>
    </message>
    <message>
        <source>θ of iteration {0} kept</source>
        <translation>保留了第 {0} 次迭代的 θ</translation>
    </message>
    <message>
        <source>Nothing to save yet</source>
        <translation>还没有可保存的内容</translation>
    </message>
    <message>
        <source>Not autosaved yet</source>
        <translation>尚未自动保存</translation>
    </message>
    <message>
        <source>θ of iteration {0} autosaved {1} s ago</source>
        <translation>第 {0} 次迭代的 θ 于 {1} 秒前自动保存</translation>
    </message>
    <message>
        <source>θ of iteration {0} autosaved {1} min ago</source>
        <translation>第 {0} 次迭代的 θ 于 {1} 分钟前自动保存</translation>
    </message>
</context>
<context>
    <name>controls</name>
    <message>
        <source>it must not pass “{0}”</source>
        <translation>不能越过“{0}”</translation>
    </message>
    <message>
        <source>there are {0} features</source>
        <translation>共有 {0} 个特征</translation>
    </message>
    <message>
        <source>{0} can be from {1} to {2}.</source>
        <translation>{0}可取 {1} 到 {2}。</translation>
    </message>
    <message>
        <source>{0} can be from {1} to {2} here: {3}.</source>
        <translation>{0}在此可取 {1} 到 {2}：{3}。</translation>
    </message>
    <message>
        <source>linear</source>
        <translation>线性</translation>
    </message>
    <message>
        <source>Applies at the next step.</source>
        <translation>下一步起生效。</translation>
    </message>
    <message>
        <source>Restarts the run; the old one stays as a ghost.</source>
        <translation>会重新开始运行；旧的运行留作残影。</translation>
    </message>
    <message>
        <source>Default {0}.</source>
        <translation>默认 {0}。</translation>
    </message>
    <message>
        <source>From {0} to {1}, default {2}.</source>
        <translation>从 {0} 到 {1}，默认 {2}。</translation>
    </message>
    <message>
        <source>Limited here: {0}.</source>
        <translation>此处受限：{0}。</translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>{0} needs classes to have prototypes of, and these tasks have values to regress.</source>
        <translation>{0}需要有类别才有原型，而这些任务是回归。</translation>
    </message>
    <message>
        <source>{0} needs classes, and these tasks have values to regress.</source>
        <translation>{0}需要类别，而这些任务是回归。</translation>
    </message>
    <message>
        <source>{0} needs a finite pool of classes: in an endless one no class is ever met twice.</source>
        <translation>{0}需要有限的类别池：在无限池中没有类会遇到两次。</translation>
    </message>
    <message>
        <source>{0} hands its hidden layers on to new classes, and the linear model has none. Add a hidden layer, or compare with Zero start.</source>
        <translation>{0}要把隐藏层交给新的类，而线性模型没有隐藏层。请加一个隐藏层，或与零起点比较。</translation>
    </message>
    <message>
        <source>{0} learns the layers below the head, and the linear model has none. Add a hidden layer, or compare with Nearest centroid.</source>
        <translation>{0}学习头部以下的层，而线性模型没有。请加一个隐藏层，或与最近质心比较。</translation>
    </message>
    <message>
        <source>{0} is for the linear model: from zero weights hidden layers get no gradient. Take all hidden layers away, or use Scratch.</source>
        <translation>{0}用于线性模型：从零权重出发隐藏层没有梯度。请去掉所有隐藏层，或使用随机起点。</translation>
    </message>
    <message>
        <source>{0} needs tasks whose making is known: sine waves, or Gaussian classes. Of these tasks there is nothing to tell it.</source>
        <translation>{0}需要知道任务如何产生：正弦波，或高斯类别。对这些任务没有什么可告诉它。</translation>
    </message>
    <message>
        <source>{0} can&apos;t train from zero initial weights: choose Glorot initial weights.</source>
        <translation>{0}无法从零初始权重训练：请选 Glorot 初始权重。</translation>
    </message>
    <message>
        <source>{0} can&apos;t train. Zero initial weights give the hidden layers no gradient: choose Glorot initial weights, or no hidden layer.</source>
        <translation>{0}无法训练。零初始权重使隐藏层没有梯度：请选 Glorot 初始权重，或不用隐藏层。</translation>
    </message>
    <message>
        <source>{0} can&apos;t train. From zero weights every row is embedded at the same place and no gradient says where to go: choose Glorot initial weights.</source>
        <translation>{0}无法训练。从零权重出发所有样本嵌入在同一处，没有梯度指明去向：请选 Glorot 初始权重。</translation>
    </message>
    <message>
        <source>{0} can&apos;t learn a task. Zero initial weights give the hidden layers no gradient: choose Glorot initial weights, or no hidden layer.</source>
        <translation>{0}无法学习任务。零初始权重使隐藏层没有梯度：请选 Glorot 初始权重，或不用隐藏层。</translation>
    </message>
    <message>
        <source>{0} diverged: its training loss is not a finite number. The theta of iteration {1} was kept.</source>
        <translation>{0} 发散：训练损失不是有限数。保留了第 {1} 次迭代的 θ。</translation>
    </message>
    <message>
        <source>{0} diverged: its training loss is {1}. The theta of iteration {2} was kept.</source>
        <translation>{0} 发散：训练损失为 {1}。保留了第 {2} 次迭代的 θ。</translation>
    </message>
    <message>
        <source>It came with the change {0}: go back to what was before, or try something in between.</source>
        <translation>随着改动 {0} 出现：请退回之前的设置，或试试中间值。</translation>
    </message>
    <message>
        <source>Adaptation itself runs away: try an inner step size α below {0} (now {1}).</source>
        <translation>适应本身发散：请把内层步长 α 调到 {0} 以下（现为 {1}）。</translation>
    </message>
    <message>
        <source>Try a meta step size β below {0} (now {1}), or an inner step size α below {2} (now {3}).</source>
        <translation>请把元步长 β 调到 {0} 以下（现为 {1}），或把内层步长 α 调到 {2} 以下（现为 {3}）。</translation>
    </message>
    <message>
        <source>the {0} split of {1} has {2} of its {3} classes</source>
        <translation>{1} 的{0}划分只有 {3} 个类中的 {2} 个</translation>
    </message>
    <message>
        <source>class {0} of {1} has {2} {3} rows, and {4} of a class are query rows</source>
        <translation>{1} 的类 {0} 有 {2} 个{3}样本，而每类有 {4} 个用作查询</translation>
    </message>
    <message>
        <source>class {0} of {1} has {2} {3} rows, and {4} of a class are support rows</source>
        <translation>{1} 的类 {0} 有 {2} 个{3}样本，而每类有 {4} 个用作支持</translation>
    </message>
    <message>
        <source>tasks that are made up have rows of at most so many numbers</source>
        <translation>人造任务的每行最多有这么多个数</translation>
    </message>
    <message>
        <source>made for the N and the sizes of training</source>
        <translation>只适用于训练时的 N 和尺寸</translation>
    </message>
    <message>
        <source>training</source>
        <extracomment>What may stand in a hole of a pattern and is a word rather than a name.</extracomment>
        <translation>训练</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>a row of {0} has {1} features</source>
        <translation>{0} 的一行有 {1} 个特征</translation>
    </message>
    <message>
        <source>the validation pool has {0} classes; an endless pool takes more</source>
        <translation>验证池只有 {0} 个类；无限池可以更多</translation>
    </message>
    <message>
        <source>there are no more features than that</source>
        <translation>特征没有更多了</translation>
    </message>
    <message>
        <source>labels are 0 or 1: these tasks have two classes by construction</source>
        <translation>标签为 0 或 1：这些任务按构造只有两类</translation>
    </message>
    <message>
        <source>at 1 amplitudes and phases fill the ranges that are set</source>
        <translation>为 1 时振幅和相位填满所设的范围</translation>
    </message>
    <message>
        <source>{0} of {1} classes have fewer rows than K + Q = {2}, the smallest {3}: {4}; ask for fewer query rows, or leave such classes out</source>
        <translation>{1} 个类别中有 {0} 个的行数少于 K + Q = {2}，最少的只有 {3} 行：{4}；请减少查询样本，或排除这些类别</translation>
    </message>
    <message>
        <source>With so few classes validation uses a quarter of the rows of the training classes, as few as {0}, so K + Q can be at most {1}, not {2}; ask for fewer query rows</source>
        <translation>类别太少，验证使用训练类别四分之一的行，最少只有 {0} 行，所以 K + Q 最多为 {1}，而不是 {2}；请减少查询样本</translation>
    </message>
    <message>
        <source>The {0} split has {1} classes, so a task can have at most that many, not N = {2}</source>
        <translation>{0}划分有 {1} 个类别，所以一个任务最多只能有这么多，而不是 N = {2}</translation>
    </message>
    <message>
        <source>{0} classes to train on are few to learn from across tasks: baselines may well win</source>
        <translation>用于训练的类别只有 {0} 个，难以跨任务学习：基线很可能胜出</translation>
    </message>
    <message>
        <source>1 feature never changes and says nothing: {0}</source>
        <translation>有 1 个特征始终不变，不含信息：{0}</translation>
    </message>
    <message>
        <source>{0} features never change and say nothing: {1}</source>
        <translation>有 {0} 个特征始终不变，不含信息：{1}</translation>
    </message>
    <message>
        <source>Feature {0} only numbers the rows; leave it out</source>
        <translation>特征 {0} 只是行号；请排除它</translation>
    </message>
    <message>
        <source>Feature {0} gives the class away by itself, as a row number of sorted rows or a copy of the label does; leave it out unless it was measured</source>
        <translation>特征 {0} 单独就能泄露类别，就像排好序的行号或标签的副本那样；除非它是测量所得，否则请排除它</translation>
    </message>
    <message>
        <source>{0} of {1} rows are exact copies of another, {2} of them in another class: a copy may be support and query of one task; leave copies out unless they were measured twice</source>
        <translation>{1} 行中有 {0} 行与其他行完全相同，其中 {2} 行属于另一个类别：副本可能同时成为一个任务的支持和查询样本；除非确实测量了两次，否则请排除副本</translation>
    </message>
    <message>
        <source>{0} of {1} rows are exact copies of another: a copy may be support and query of one task; leave copies out unless they were measured twice</source>
        <translation>{1} 行中有 {0} 行与其他行完全相同：副本可能同时成为一个任务的支持和查询样本；除非确实测量了两次，否则请排除副本</translation>
    </message>
    <message>
        <source>Columns are separated by {0}</source>
        <translation>各列以{0}分隔</translation>
    </message>
    <message>
        <source>Numbers have a decimal {0}, such as {1}</source>
        <translation>数字以{0}作小数点，例如 {1}</translation>
    </message>
    <message>
        <source>The first line names the columns</source>
        <translation>第一行是列名</translation>
    </message>
    <message>
        <source>There is no line of column names</source>
        <translation>没有列名行</translation>
    </message>
    <message>
        <source>Labels are in column {0}</source>
        <translation>标签在列 {0} 中</translation>
    </message>
    <message>
        <source>{0} rows that lack a number are left out</source>
        <translation>缺少数值的 {0} 行已被排除</translation>
    </message>
    <message>
        <source>Features that lack numbers are left out: {0}</source>
        <translation>缺少数值的特征已被排除：{0}</translation>
    </message>
    <message>
        <source>{0} of {1} rows lack a number (NaN, infinite or empty), first row {2}, in {3}; leave those rows or features out</source>
        <translation>{1} 行中有 {0} 行缺少数值（NaN、无穷或空），首先是第 {2} 行，位于 {3}；请排除这些行或特征</translation>
    </message>
    <message>
        <source>{0} of {1} rows lack a number (NaN, infinite or empty), first row {2}; leave those rows or features out</source>
        <translation>{1} 行中有 {0} 行缺少数值（NaN、无穷或空），首先是第 {2} 行；请排除这些行或特征</translation>
    </message>
    <message>
        <source>{0} exact copies of other rows are left out</source>
        <translation>与其他行完全相同的 {0} 行已被排除</translation>
    </message>
    <message>
        <source>Classes with fewer than {0} rows are left out: {1}</source>
        <translation>少于 {0} 行的类别已被排除：{1}</translation>
    </message>
    <message>
        <source>{0} pictures are not square and were squeezed to {1} x {2}</source>
        <translation>{0} 张图片不是正方形，已压缩为 {1} x {2}</translation>
    </message>
    <message>
        <source>{0} pictures are in more than one archive; each is taken once</source>
        <translation>有 {0} 张图片出现在多个压缩包中；每张只取一次</translation>
    </message>
    <message>
        <source>Pictures are mostly bright, so dark and bright change places: ink is 1 and paper 0</source>
        <translation>图片大多偏亮，因此明暗互换：墨迹为 1，纸张为 0</translation>
    </message>
    <message>
        <source>Pictures are mostly dark: ink is 1 and paper 0</source>
        <translation>图片大多偏暗：墨迹为 1，纸张为 0</translation>
    </message>
    <message>
        <source>Omniglot&apos;s two small background sets: alphabets of the first train, Tagalog validates, Katakana and Sanskrit test</source>
        <translation>Omniglot 的两个小背景集：第一个的字母表用于训练，Tagalog 用于验证，片假名和梵文用于测试</translation>
    </message>
    <message>
        <source>Omniglot&apos;s background alphabets train (some are held out for validation), its evaluation alphabets test</source>
        <translation>Omniglot 的背景字母表用于训练（其中一些留作验证），评估字母表用于测试</translation>
    </message>
    <message>
        <source>The array&apos;s first axis was taken for classes and its second for their rows</source>
        <translation>数组的第一个轴被当作类别，第二个轴被当作各类的行</translation>
    </message>
    <message>
        <source>Some class has rows in more than one group, so the class split cannot follow the groups</source>
        <translation>有的类别的行属于多个组，因此类别划分无法按组进行</translation>
    </message>
    <message>
        <source>Some class has rows in more than one split, so the class split cannot follow the splits</source>
        <translation>有的类别的行属于多个划分，因此类别划分无法沿用这些划分</translation>
    </message>
    <message>
        <source>{0}: no class has {1} rows; is the label column the right one?</source>
        <translation>{0}：没有一个类别达到 {1} 行；标签列选对了吗？</translation>
    </message>
    <message>
        <source>there must be at least 4 classes, 2 to train on and 2 others to test on, got {0}</source>
        <translation>至少需要 4 个类别：2 个用于训练，另外 2 个用于测试，现有 {0} 个</translation>
    </message>
    <message>
        <source>train</source>
        <extracomment>What may stand in a hole of these and is a word rather than a name.</extracomment>
        <translation>训练</translation>
    </message>
    <message>
        <source>commas</source>
        <translation>逗号</translation>
    </message>
    <message>
        <source>semicolons</source>
        <translation>分号</translation>
    </message>
    <message>
        <source>tabs</source>
        <translation>制表符</translation>
    </message>
    <message>
        <source>comma</source>
        <translation>逗号</translation>
    </message>
    <message>
        <source>point</source>
        <translation>句点</translation>
    </message>
</context>
<context>
    <name>export</name>
    <message>
        <source>What was learned</source>
        <translation>学到了什么</translation>
    </message>
    <message>
        <source>θ for Python</source>
        <translation>供 Python 用的 θ</translation>
    </message>
    <message>
        <source>opens with mamlcore.load_theta</source>
        <translation>用 mamlcore.load_theta 打开</translation>
    </message>
    <message>
        <source>θ for PyTorch</source>
        <translation>供 PyTorch 用的 θ</translation>
    </message>
    <message>
        <source>loads with strict=True</source>
        <translation>可用 strict=True 载入</translation>
    </message>
    <message>
        <source>θ as text</source>
        <translation>文本形式的 θ</translation>
    </message>
    <message>
        <source>All that each learner has trained</source>
        <translation>每个学习器训练出的全部参数</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Both plots, PNG</source>
        <translation>两幅图，PNG</translation>
    </message>
    <message>
        <source>Both plots, SVG</source>
        <translation>两幅图，SVG</translation>
    </message>
    <message>
        <source>Both plots, PDF</source>
        <translation>两幅图，PDF</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>Evaluation after every step</source>
        <translation>每步之后的评估</translation>
    </message>
    <message>
        <source>Settings and exact resume</source>
        <translation>设置与精确继续</translation>
    </message>
    <message>
        <source>Settings and command</source>
        <translation>设置和命令</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <translation>检查点</translation>
    </message>
    <message>
        <source>all that an exact resume needs</source>
        <translation>精确继续所需的一切</translation>
    </message>
</context>
<context>
    <name>internals</name>
    <message>
        <source>task {0}</source>
        <translation>任务 {0}</translation>
    </message>
    <message>
        <source>what each query row attends to on {0}; rows sum to 1</source>
        <translation>每个查询样本注意什么，{0}；每行和为 1</translation>
    </message>
    <message>
        <source>how each query row reads the memory on {0}; rows sum to 1</source>
        <translation>每个查询样本如何读取记忆，{0}；每行和为 1</translation>
    </message>
    <message>
        <source>attention block {1} on {0}; rows sum to 1</source>
        <translation>注意力块 {1}，{0}；每行和为 1</translation>
    </message>
    <message>
        <source>support rows</source>
        <translation>支持样本</translation>
    </message>
    <message>
        <source>support rows, by x</source>
        <translation>支持样本，按 x</translation>
    </message>
    <message>
        <source>query rows</source>
        <translation>查询样本</translation>
    </message>
    <message>
        <source>query rows, by x</source>
        <translation>查询样本，按 x</translation>
    </message>
    <message>
        <source>{0}, then the query row itself</source>
        <translation>{0}，然后是查询样本自身</translation>
    </message>
    <message>
        <source>‖query − prototype‖² after whitening on {0}; nearest is brightest</source>
        <translation>白化后的 ‖查询 − 原型‖²，{0}；最近者最亮</translation>
    </message>
    <message>
        <source>‖query − prototype‖² on {0}; nearest is brightest</source>
        <translation>‖查询 − 原型‖²，{0}；最近者最亮</translation>
    </message>
    <message>
        <source>prototypes: mean support row of each class</source>
        <translation>原型：每类支持样本的均值</translation>
    </message>
    <message>
        <source>prototypes</source>
        <translation>原型</translation>
    </message>
    <message>
        <source>‖query − support row‖² on {0}; nearest is brightest</source>
        <translation>‖查询 − 支持样本‖²，{0}；最近者最亮</translation>
    </message>
    <message>
        <source>Bayes’ probability of each class on {0}; rows sum to 1</source>
        <translation>每一类的贝叶斯概率，{0}；每行和为 1</translation>
    </message>
    <message>
        <source>classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>embedding of {0}: large prototypes, filled support, hollow query rows</source>
        <translation>{0}的嵌入：大的为原型，实心为支持，空心为查询</translation>
    </message>
    <message>
        <source>direction {0}, {1} % of the prototypes’ spread</source>
        <translation>方向 {0}，占原型散布的 {1} %</translation>
    </message>
    <message>
        <source>direction {0}, {1} %</source>
        <translation>方向 {0}，{1} %</translation>
    </message>
    <message>
        <source>mean of {0} held-out tasks</source>
        <translation>{0} 个留出任务的均值</translation>
    </message>
    <message>
        <source>Exact</source>
        <translation>精确</translation>
    </message>
    <message>
        <source>First-order</source>
        <translation>一阶</translation>
    </message>
    <message>
        <source>Reptile</source>
        <translation>Reptile</translation>
    </message>
    <message>
        <source>cosines between meta-gradients, {0}</source>
        <translation>元梯度之间的余弦，{0}</translation>
    </message>
    <message>
        <source>columns in the same order as rows</source>
        <translation>列与行顺序相同</translation>
    </message>
    <message>
        <source>same order</source>
        <translation>顺序相同</translation>
    </message>
    <message>
        <source>cosine of two meta-gradients</source>
        <translation>两个元梯度的余弦</translation>
    </message>
    <message>
        <source>cosine</source>
        <translation>余弦</translation>
    </message>
    <message>
        <source>length of meta-gradients, {0}; Reptile is (θ − φ) / α</source>
        <translation>元梯度的长度，{0}；Reptile 为 (θ − φ) / α</translation>
    </message>
    <message>
        <source>norm of the meta-gradient</source>
        <translation>元梯度的范数</translation>
    </message>
    <message>
        <source>norm</source>
        <translation>范数</translation>
    </message>
    <message>
        <source>inner steps before the query loss</source>
        <translation>查询损失之前的内层步数</translation>
    </message>
    <message>
        <source>inner steps</source>
        <translation>内层步</translation>
    </message>
    <message>
        <source>Cosine matrix</source>
        <extracomment>What each learner lets one see, first what shows most. Kinds that can be had over all held-out tasks, too.</extracomment>
        <translation>余弦矩阵</translation>
    </message>
    <message>
        <source>Cosines by step</source>
        <translation>各步余弦</translation>
    </message>
    <message>
        <source>Norms by step</source>
        <translation>各步范数</translation>
    </message>
    <message>
        <source>Learned rates</source>
        <translation>学到的步长</translation>
    </message>
    <message>
        <source>Distances</source>
        <translation>距离</translation>
    </message>
    <message>
        <source>Prototypes</source>
        <translation>原型</translation>
    </message>
    <message>
        <source>Probabilities</source>
        <translation>概率</translation>
    </message>
    <message>
        <source>Coming to rest</source>
        <translation>趋于静止</translation>
    </message>
    <message>
        <source>Implicit gradient</source>
        <translation>隐式梯度</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>头部</translation>
    </message>
    <message>
        <source>Spectrum</source>
        <translation>谱</translation>
    </message>
    <message>
        <source>Fine-tuning</source>
        <translation>微调</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>注意力</translation>
    </message>
    <message>
        <source>Attention 1</source>
        <translation>注意力 1</translation>
    </message>
    <message>
        <source>Attention 2</source>
        <translation>注意力 2</translation>
    </message>
    <message>
        <source>Attention 3</source>
        <translation>注意力 3</translation>
    </message>
    <message>
        <source>Memory read</source>
        <translation>读取记忆</translation>
    </message>
    <message>
        <source>Forget gate</source>
        <translation>遗忘门</translation>
    </message>
    <message>
        <source>Input gate</source>
        <translation>输入门</translation>
    </message>
    <message>
        <source>step sizes of single weights, mean {0}; {1} % negative</source>
        <translation>单个权重的步长，均值 {0}；{1} % 为负</translation>
    </message>
    <message>
        <source>share of the layer’s rates</source>
        <translation>该层步长的份额</translation>
    </message>
    <message>
        <source>share</source>
        <translation>份额</translation>
    </message>
    <message>
        <source>learned step size</source>
        <translation>学到的步长</translation>
    </message>
    <message>
        <source>α {0}</source>
        <translation>α {0}</translation>
    </message>
    <message>
        <source>learned step size of each layer at each inner step; α is {0}</source>
        <translation>每层在每个内层步学到的步长；α 为 {0}</translation>
    </message>
    <message>
        <source>inner step</source>
        <translation>内层步</translation>
    </message>
    <message>
        <source>how much of each parameter an update keeps on {0}</source>
        <translation>一次更新保留每个参数多少，{0}</translation>
    </message>
    <message>
        <source>how far an update goes against the gradient on {0}</source>
        <translation>一次更新逆梯度走多远，{0}</translation>
    </message>
    <message>
        <source>mean gate of the layer</source>
        <translation>该层门的均值</translation>
    </message>
    <message>
        <source>gate</source>
        <translation>门</translation>
    </message>
    <message>
        <source>update</source>
        <translation>更新</translation>
    </message>
    <message>
        <source>layer {0}</source>
        <translation>第 {0} 层</translation>
    </message>
    <message>
        <source>output</source>
        <translation>输出层</translation>
    </message>
    <message>
        <source>slope ∇L and pull λ (φ − θ) on {0}: at rest their sum is 0</source>
        <translation>斜率 ∇L 与拉力 λ (φ − θ)，{0}：静止时两者之和为 0</translation>
    </message>
    <message>
        <source>slope</source>
        <translation>斜率</translation>
    </message>
    <message>
        <source>pull</source>
        <translation>拉力</translation>
    </message>
    <message>
        <source>sum</source>
        <translation>和</translation>
    </message>
    <message>
        <source>length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>S {0}</source>
        <translation>S {0}</translation>
    </message>
    <message>
        <source>‖g − (I + H / λ) v‖ / ‖g‖ on {0}: what conjugate gradients leave unsolved</source>
        <translation>‖g − (I + H / λ) v‖ / ‖g‖，{0}：共轭梯度尚未解出的部分</translation>
    </message>
    <message>
        <source>residual</source>
        <translation>残差</translation>
    </message>
    <message>
        <source>relative residual</source>
        <translation>相对残差</translation>
    </message>
    <message>
        <source>steps of conjugate gradients</source>
        <translation>共轭梯度步数</translation>
    </message>
    <message>
        <source>CG steps</source>
        <translation>CG 步数</translation>
    </message>
    <message>
        <source>taken: {0}</source>
        <translation>已走：{0}</translation>
    </message>
    <message>
        <source>head of {0}: weights 2 c, then the bias −‖c‖²; adaptation moved it by {1} %</source>
        <translation>{0}的头部：权重 2 c，然后偏置 −‖c‖²；适应使它移动了 {1} %</translation>
    </message>
    <message>
        <source>hidden units, then the bias</source>
        <translation>隐藏单元，然后偏置</translation>
    </message>
    <message>
        <source>hidden units</source>
        <translation>隐藏单元</translation>
    </message>
    <message>
        <source>from prototypes</source>
        <translation>来自原型</translation>
    </message>
    <message>
        <source>after S steps</source>
        <translation>S 步后</translation>
    </message>
    <message>
        <source>logit</source>
        <translation>logit</translation>
    </message>
    <message>
        <source>{0}, moved by {1} %</source>
        <translation>{0}，移动了 {1} %</translation>
    </message>
    <message>
        <source>eigenvalues of the scatter within training classes; {0} rows beyond class means</source>
        <translation>训练类内散布的特征值；除类均值外 {0} 个样本</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>测得</translation>
    </message>
    <message>
        <source>shrunk</source>
        <translation>收缩后</translation>
    </message>
    <message>
        <source>whitened</source>
        <translation>白化后</translation>
    </message>
    <message>
        <source>variance along the direction</source>
        <translation>沿该方向的方差</translation>
    </message>
    <message>
        <source>variance</source>
        <translation>方差</translation>
    </message>
    <message>
        <source>directions, widest first</source>
        <translation>方向，最宽者在前</translation>
    </message>
    <message>
        <source>direction</source>
        <translation>方向</translation>
    </message>
    <message>
        <source>eigenvalues of the scatter within classes</source>
        <translation>类内散布的特征值</translation>
    </message>
    <message>
        <source>scatter within classes</source>
        <translation>类内散布</translation>
    </message>
    <message>
        <source>fine-tuning on {0} with the step size {1}, chosen on validation tasks</source>
        <translation>在{0}上微调，步长 {1} 在验证任务上选定</translation>
    </message>
    <message>
        <source>support</source>
        <translation>支持</translation>
    </message>
    <message>
        <source>query</source>
        <translation>查询</translation>
    </message>
    <message>
        <source>loss on this task</source>
        <translation>此任务上的损失</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>steps of fine-tuning</source>
        <translation>微调步数</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>步</translation>
    </message>
    <message>
        <source>stops after {0}</source>
        <translation>{0}后停止</translation>
    </message>
    <message>
        <source>{0}, step size {1}</source>
        <translation>{0}，步长 {1}</translation>
    </message>
</context>
<context>
    <name>meta_loss</name>
    <message>
        <source>changes of settings: marked on the axis of iterations</source>
        <translation>设置的改动：标在迭代轴上</translation>
    </message>
    <message>
        <source>{0} leaves the plot: {1}</source>
        <translation>{0} 超出图外：{1}</translation>
    </message>
    <message>
        <source>kept, {0}</source>
        <translation>保留，{0}</translation>
    </message>
    <message>
        <source>Earlier: {0}</source>
        <translation>先前：{0}</translation>
    </message>
    <message>
        <source>Earlier run</source>
        <translation>先前的运行</translation>
    </message>
    <message>
        <source>Earlier</source>
        <translation>先前</translation>
    </message>
    <message>
        <source>{0} at its {1}</source>
        <translation>{0}，在其{1}</translation>
    </message>
    <message>
        <source>median {0}, {1} diverged</source>
        <translation>中位数 {0}，{1} 个发散</translation>
    </message>
    <message>
        <source>{0} {1}: {2}</source>
        <translation>{0} {1}：{2}</translation>
    </message>
    <message>
        <source>Earlier run ({0}): {1} {2} at {3}</source>
        <translation>先前的运行（{0}）：{1} {2}，于 {3}</translation>
    </message>
    <message>
        <source>Changed at {0}: {1}</source>
        <translation>第 {0} 次迭代时改动：{1}</translation>
    </message>
    <message>
        <source>Drawn across, as they spend nothing here: {0}</source>
        <translation>横贯全图，因为它们在此没有花费：{0}</translation>
    </message>
</context>
<context>
    <name>numbers</name>
    <message>
        <source>Write one decimal comma or point, nothing else, instead of {0}</source>
        <extracomment>Shown where there is no number.</extracomment>
        <translation>请只写一个小数点或小数逗号，而不是{0}</translation>
    </message>
    <message>
        <source>{0} is not a number</source>
        <translation>{0}不是一个数</translation>
    </message>
    <message>
        <source>{0} is too large</source>
        <translation>{0}太大</translation>
    </message>
    <message>
        <source>A whole number is needed, not {0}</source>
        <translation>需要整数，而不是{0}</translation>
    </message>
    <message>
        <source>{0} is too long</source>
        <translation>{0}太长</translation>
    </message>
    <message>
        <source>A number is needed</source>
        <translation>请输入一个数</translation>
    </message>
</context>
<context>
    <name>sentence</name>
    <message>
        <source>{0} points</source>
        <translation>{0} 个点</translation>
    </message>
    <message>
        <source>{0} points</source>
        <comment>of accuracy</comment>
        <translation>{0} 个百分点</translation>
    </message>
    <message>
        <source>{0} and {1} tie: {2} apart (paired).</source>
        <translation>{0} 与 {1} 持平：相差 {2}（成对比较）。</translation>
    </message>
    <message>
        <source>{0} leads {1} by {2} (paired).</source>
        <translation>{0} 比 {1} 领先 {2}（成对比较）。</translation>
    </message>
    <message>
        <source>{0} of {1} for {2}</source>
        <translation>{2}：{0} / {1}</translation>
    </message>
    <message>
        <source>Tasks that diverged: {0}.</source>
        <translation>发散的任务：{0}。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>，</translation>
    </message>
    <message>
        <source>No learner is measurably better than {0}.</source>
        <translation>没有学习器明显好于{0}。</translation>
    </message>
    <message>
        <source>.</source>
        <translation>。</translation>
    </message>
    <message>
        <source>No learner</source>
        <translation>没有学习器</translation>
    </message>
    <message>
        <source>One learner</source>
        <translation>一个学习器</translation>
    </message>
    <message>
        <source>Two learners</source>
        <translation>两个学习器</translation>
    </message>
    <message>
        <source>Three learners</source>
        <translation>三个学习器</translation>
    </message>
    <message>
        <source>Four learners</source>
        <translation>四个学习器</translation>
    </message>
    <message>
        <source>Five learners</source>
        <translation>五个学习器</translation>
    </message>
    <message>
        <source>Six learners</source>
        <translation>六个学习器</translation>
    </message>
    <message>
        <source>{0} learners</source>
        <translation>{0} 个学习器</translation>
    </message>
    <message>
        <source>{0}: one learner will meet these tasks. Press </source>
        <translation>{0}：一个学习器将面对这些任务。按 </translation>
    </message>
    <message>
        <source>{0}: {1} will meet the same tasks. Press </source>
        <translation>{0}：{1}将面对同样的任务。按 </translation>
    </message>
    <message>
        <source>{0}, the same tasks. Press </source>
        <translation>{0}，同样的任务。按 </translation>
    </message>
    <message>
        <source>Press </source>
        <translation>按 </translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source> (F5)</source>
        <translation>（F5）</translation>
    </message>
    <message>
        <source> and watch the two plots</source>
        <translation>，然后看两幅图</translation>
    </message>
    <message>
        <source>{0} held-out tasks will judge them after {1} on {2}.</source>
        <translation>{0} 个留出任务将在 {2}上适应 {1}后评判它们。</translation>
    </message>
    <message>
        <source>{0} held-out tasks will judge it after {1} on {2}.</source>
        <translation>{0} 个留出任务将在 {2}上适应 {1}后评判它。</translation>
    </message>
    <message>
        <source>1 example</source>
        <translation>1 个样本</translation>
    </message>
    <message>
        <source>{0} examples</source>
        <translation>{0} 个样本</translation>
    </message>
    <message>
        <source>1 point</source>
        <translation>1 个点</translation>
    </message>
    <message>
        <source>{0}-way {1}-shot</source>
        <translation>{0} 类 {1} 样本</translation>
    </message>
    <message>
        <source>{0}: after {1} </source>
        <translation>{0}：适应 {1}后 </translation>
    </message>
    <message>
        <source>After {0} on {1}: </source>
        <translation>在 {1}上适应 {0}后：</translation>
    </message>
    <message>
        <source>After {0}: </source>
        <translation>适应 {0}后：</translation>
    </message>
    <message>
        <source>At iteration {0}, </source>
        <translation>第 {0} 次迭代，</translation>
    </message>
    <message>
        <source> median {0}</source>
        <translation> 中位数 {0}</translation>
    </message>
    <message>
        <source>{0} held-out tasks, 95 % intervals.</source>
        <translation>{0} 个留出任务，95 % 区间。</translation>
    </message>
    <message>
        <source>Training stopped by itself; these are the numbers of the θ that was kept.</source>
        <translation>训练已自行停止；这些是保留下来的 θ 的数值。</translation>
    </message>
    <message>
        <source>Training stopped by itself; the θ that was kept is judged with what broke it, {0}.</source>
        <translation>训练自行停止；保留的 θ 在此是用使其失控的改动来评判的：{0}。</translation>
    </message>
    <message>
        <source>All trained learners saw the same {0} tasks.</source>
        <translation>所有受训学习器都见过同样的 {0} 个任务。</translation>
    </message>
    <message>
        <source>{0} is not offered: {1}.</source>
        <translation>不提供{0}：{1}。</translation>
    </message>
</context>
<context>
    <name>settings</name>
    <message>
        <source>Exact</source>
        <translation>精确</translation>
    </message>
    <message>
        <source>First-order</source>
        <translation>一阶</translation>
    </message>
    <message>
        <source>First</source>
        <translation>一阶</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>正态</translation>
    </message>
    <message>
        <source>32 bit</source>
        <translation>32 位</translation>
    </message>
    <message>
        <source>64 bit</source>
        <translation>64 位</translation>
    </message>
    <message>
        <source>Letters</source>
        <translation>字母</translation>
    </message>
    <message>
        <source>Digits</source>
        <translation>手写数字</translation>
    </message>
    <message>
        <source>baseline</source>
        <translation>基线</translation>
    </message>
    <message>
        <source>untrained</source>
        <translation>未训练</translation>
    </message>
    <message>
        <source>ceiling</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Family</source>
        <translation>任务族</translation>
    </message>
    <message>
        <source>Where tasks come from.</source>
        <translation>任务从何而来。</translation>
    </message>
    <message>
        <source>Ways</source>
        <translation>类别数</translation>
    </message>
    <message>
        <source>Classes in one task.</source>
        <translation>一个任务中的类别数。</translation>
    </message>
    <message>
        <source>Shots</source>
        <translation>样本数</translation>
    </message>
    <message>
        <source>Labelled support rows per class (in all, for a regression).</source>
        <translation>每类的有标签支持样本数（回归时为总数）。</translation>
    </message>
    <message>
        <source>Query rows</source>
        <translation>查询样本</translation>
    </message>
    <message>
        <source>Query rows per class (in all, for a regression) on which adaptation is judged.</source>
        <translation>每类的查询样本数（回归时为总数），用来评判适应。</translation>
    </message>
    <message>
        <source>Features</source>
        <translation>特征数</translation>
    </message>
    <message>
        <source>Length of one input vector.</source>
        <translation>一个输入向量的长度。</translation>
    </message>
    <message>
        <source>Informative</source>
        <translation>有效维数</translation>
    </message>
    <message>
        <source>Dimensions in which classes differ; all the others are nuisance.</source>
        <translation>区分类别的维数；其余都是干扰。</translation>
    </message>
    <message>
        <source>Noise</source>
        <translation>噪声</translation>
    </message>
    <message>
        <source>Standard deviation of the noise: on y for sine, within a class for Gaussian classes.</source>
        <translation>噪声的标准差：正弦时加在 y 上，高斯类别时在类内。</translation>
    </message>
    <message>
        <source>Task spread</source>
        <translation>任务分散度</translation>
    </message>
    <message>
        <source>How far tasks (or class means) lie apart; 0 makes them all equal.</source>
        <translation>任务（或类均值）相距多远；0 使它们全都相同。</translation>
    </message>
    <message>
        <source>Nuisance</source>
        <translation>干扰</translation>
    </message>
    <message>
        <source>Standard deviation of the dimensions that say nothing about the class.</source>
        <translation>与类别无关的维度的标准差。</translation>
    </message>
    <message>
        <source>Class pool</source>
        <translation>类别池</translation>
    </message>
    <message>
        <source>Draw classes from a pool of 64 / 16 / 20 disjoint ones, or make new ones for each task.</source>
        <translation>从 64 / 16 / 20 个互不相同的类中抽取，或为每个任务造新的类。</translation>
    </message>
    <message>
        <source>Amplitude from</source>
        <translation>振幅下限</translation>
    </message>
    <message>
        <source>Smallest amplitude of a sine.</source>
        <translation>正弦的最小振幅。</translation>
    </message>
    <message>
        <source>Amplitude to</source>
        <translation>振幅上限</translation>
    </message>
    <message>
        <source>Largest amplitude of a sine.</source>
        <translation>正弦的最大振幅。</translation>
    </message>
    <message>
        <source>Phase from</source>
        <translation>相位下限</translation>
    </message>
    <message>
        <source>Smallest phase of a sine, in radians.</source>
        <translation>正弦的最小相位，单位弧度。</translation>
    </message>
    <message>
        <source>Phase to</source>
        <translation>相位上限</translation>
    </message>
    <message>
        <source>Largest phase of a sine, in radians.</source>
        <translation>正弦的最大相位，单位弧度。</translation>
    </message>
    <message>
        <source>x from</source>
        <translation>x 下限</translation>
    </message>
    <message>
        <source>Left end of the sine&apos;s inputs.</source>
        <translation>正弦输入的左端。</translation>
    </message>
    <message>
        <source>x to</source>
        <translation>x 上限</translation>
    </message>
    <message>
        <source>Right end of the sine&apos;s inputs.</source>
        <translation>正弦输入的右端。</translation>
    </message>
    <message>
        <source>Data set</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>A bundled set (letters, digits) or the path of an .npz or .csv file.</source>
        <translation>内置数据集（letters、digits），或一个 .npz 或 .csv 文件的路径。</translation>
    </message>
    <message>
        <source>Class split</source>
        <translation>类别划分</translation>
    </message>
    <message>
        <source>Chooses which classes train, validate and test.</source>
        <translation>决定哪些类用于训练、验证和测试。</translation>
    </message>
    <message>
        <source>Hidden</source>
        <translation>隐藏层</translation>
    </message>
    <message>
        <source>Widths of the hidden layers; none makes the model linear.</source>
        <translation>各隐藏层的宽度；一个都没有则模型为线性。</translation>
    </message>
    <message>
        <source>Activation</source>
        <translation>激活函数</translation>
    </message>
    <message>
        <source>Non-linearity of the hidden layers.</source>
        <translation>隐藏层的非线性。</translation>
    </message>
    <message>
        <source>Initial weights</source>
        <translation>初始权重</translation>
    </message>
    <message>
        <source>Initial weights: Glorot uniform, normal cut at two 0.01 deviations (the paper&apos;s), or zero.</source>
        <translation>初始权重：Glorot 均匀分布、截断于两倍 0.01 标准差的正态分布（论文所用），或零。</translation>
    </message>
    <message>
        <source>Initial scale</source>
        <translation>初始尺度</translation>
    </message>
    <message>
        <source>Multiplies the initial weights.</source>
        <translation>与初始权重相乘。</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Arithmetic of training; float64 is slower and exact to 1e-15.</source>
        <translation>训练用的算术精度；float64 较慢，精确到 1e-15。</translation>
    </message>
    <message>
        <source>Step size</source>
        <translation>步长</translation>
    </message>
    <message>
        <source>Step size of adaptation.</source>
        <translation>适应的步长。</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Gradient steps on the support rows.</source>
        <translation>在支持集上的梯度步数。</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>梯度</translation>
    </message>
    <message>
        <source>Differentiate through the inner steps exactly, or treat their gradients as constants.</source>
        <translation>对内层各步精确求导，或把它们的梯度当作常数。</translation>
    </message>
    <message>
        <source>Step size of meta-training.</source>
        <translation>元训练的步长。</translation>
    </message>
    <message>
        <source>Tasks a step</source>
        <translation>每步任务数</translation>
    </message>
    <message>
        <source>Tasks in one meta-step.</source>
        <translation>一个元步中的任务数。</translation>
    </message>
    <message>
        <source>Optimizer</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Rule that applies the meta-gradient.</source>
        <translation>应用元梯度的规则。</translation>
    </message>
    <message>
        <source>Pace</source>
        <translation>步调</translation>
    </message>
    <message>
        <source>Every learner takes every meta-step, or slow ones fewer, so that all get about the same time.</source>
        <translation>每个学习器走每一个元步，或慢的少走几步，使大家所用时间大致相同。</translation>
    </message>
    <message>
        <source>Embedding</source>
        <translation>嵌入</translation>
    </message>
    <message>
        <source>Width of a linear layer on top of what metric learners compare; 0 compares the last hidden layer.</source>
        <translation>度量学习器所比较内容之上的线性层宽度；0 比较最后一个隐藏层。</translation>
    </message>
    <message>
        <source>Train ways</source>
        <translation>训练类数</translation>
    </message>
    <message>
        <source>Ways of Prototypical&apos;s training episodes, put together from several tasks; 0 keeps the tasks&apos; own.</source>
        <translation>Prototypical 训练回合的类别数，由几个任务拼成；0 保持任务自己的。</translation>
    </message>
    <message>
        <source>Matching by</source>
        <translation>Matching 比较方式</translation>
    </message>
    <message>
        <source>How Matching compares: minus the squared Euclidean distance, or cosine (the paper&apos;s; learns worse).</source>
        <translation>Matching 如何比较：负的平方欧氏距离，或余弦（论文所用；学得较差）。</translation>
    </message>
    <message>
        <source>Reads</source>
        <translation>读取次数</translation>
    </message>
    <message>
        <source>How often Matching with FCE reads the support before it answers.</source>
        <translation>带 FCE 的 Matching 在回答前读支持集多少次。</translation>
    </message>
    <message>
        <source>Meta-LSTM step</source>
        <translation>Meta-LSTM 步长</translation>
    </message>
    <message>
        <source>Adam&apos;s step size for Meta-LSTM, whose gradient is clipped at 0.25 (the paper&apos;s).</source>
        <translation>Meta-LSTM 的 Adam 步长，梯度按 0.25 截断（取自论文）。</translation>
    </message>
    <message>
        <source>Meta Networks step</source>
        <translation>Meta Networks 步长</translation>
    </message>
    <message>
        <source>Adam&apos;s step size for Meta Networks (the published code&apos;s).</source>
        <translation>Meta Networks 的 Adam 步长（取自公开代码）。</translation>
    </message>
    <message>
        <source>Key width</source>
        <translation>键宽</translation>
    </message>
    <message>
        <source>Width of the keys of Meta Networks, and of their base learner&apos;s hidden layer.</source>
        <translation>Meta Networks 的键的宽度，以及其基学习器隐藏层的宽度。</translation>
    </message>
    <message>
        <source>Fast layers</source>
        <translation>快速层数</translation>
    </message>
    <message>
        <source>Layers of the key network with fast weights, counted from the last; more take longer.</source>
        <translation>键网络中带快速权重的层数，从最后一层数起；越多越慢。</translation>
    </message>
    <message>
        <source>SNAIL step</source>
        <translation>SNAIL 步长</translation>
    </message>
    <message>
        <source>Adam&apos;s step size for SNAIL.</source>
        <translation>SNAIL 的 Adam 步长。</translation>
    </message>
    <message>
        <source>SNAIL divisor</source>
        <translation>SNAIL 除数</translation>
    </message>
    <message>
        <source>What the paper&apos;s widths are divided by for SNAIL; 1 is the paper&apos;s size, too slow to watch.</source>
        <translation>SNAIL 把论文的宽度除以多少；1 为论文的大小，慢得没法看。</translation>
    </message>
    <message>
        <source>ANIL layers</source>
        <translation>ANIL 层数</translation>
    </message>
    <message>
        <source>How many layers ANIL adapts, counted from the output: 1 is the head alone, all of them are MAML.</source>
        <translation>ANIL 适应多少层，从输出数起：1 只有头部，全部就是 MAML。</translation>
    </message>
    <message>
        <source>Reptile step</source>
        <translation>Reptile 步长</translation>
    </message>
    <message>
        <source>How far Reptile moves towards the adapted parameters, at first.</source>
        <translation>起初 Reptile 向适应后的参数移动多远。</translation>
    </message>
    <message>
        <source>Reptile last step</source>
        <translation>Reptile 末步长</translation>
    </message>
    <message>
        <source>What Reptile&apos;s step has shrunk to in the end.</source>
        <translation>Reptile 的步长最终缩小到的值。</translation>
    </message>
    <message>
        <source>Reptile decay</source>
        <translation>Reptile 衰减</translation>
    </message>
    <message>
        <source>Meta-steps over which Reptile&apos;s step goes, linearly, from the first to the last.</source>
        <translation>Reptile 的步长从最初到最后线性变化所经的元步数。</translation>
    </message>
    <message>
        <source>Reptile steps</source>
        <translation>Reptile 步数</translation>
    </message>
    <message>
        <source>Gradient steps Reptile trains on each task; 1 makes it joint training.</source>
        <translation>Reptile 在每个任务上训练的梯度步数；1 就成了联合训练。</translation>
    </message>
    <message>
        <source>Reptile rows</source>
        <translation>Reptile 样本数</translation>
    </message>
    <message>
        <source>Rows in each of these steps, drawn from support and query together.</source>
        <translation>每一步所用的样本数，从支持集和查询集一起抽取。</translation>
    </message>
    <message>
        <source>Reptile inner</source>
        <translation>Reptile 内层</translation>
    </message>
    <message>
        <source>Rule of Reptile&apos;s inner steps: SGD with the shared step size, or Adam without momentum.</source>
        <translation>Reptile 内层步的规则：用共同步长的 SGD，或不带动量的 Adam。</translation>
    </message>
    <message>
        <source>Reptile Adam</source>
        <translation>Reptile Adam</translation>
    </message>
    <message>
        <source>Step size of Reptile&apos;s inner Adam.</source>
        <translation>Reptile 内层 Adam 的步长。</translation>
    </message>
    <message>
        <source>Multi-step loss</source>
        <translation>多步损失</translation>
    </message>
    <message>
        <source>MAML++ counts the query loss after every inner step at first, then ever more the last one.</source>
        <translation>MAML++ 起初计入每个内层步后的查询损失，之后越来越只看最后一步。</translation>
    </message>
    <message>
        <source>Learned rates</source>
        <translation>学到的步长</translation>
    </message>
    <message>
        <source>MAML++ learns a step size for each layer&apos;s weights and biases at each inner step.</source>
        <translation>MAML++ 为每层的权重和偏置在每个内层步各学一个步长。</translation>
    </message>
    <message>
        <source>Annealed order</source>
        <translation>渐进阶数</translation>
    </message>
    <message>
        <source>MAML++ begins with first-order gradients and goes on with exact ones.</source>
        <translation>MAML++ 先用一阶梯度，再用精确梯度。</translation>
    </message>
    <message>
        <source>Cosine outer</source>
        <translation>外循环余弦</translation>
    </message>
    <message>
        <source>MAML++ lets the outer step size fall along a cosine.</source>
        <translation>MAML++ 让外层步长沿余弦下降。</translation>
    </message>
    <message>
        <source>MAML++ length</source>
        <translation>MAML++ 长度</translation>
    </message>
    <message>
        <source>Meta-steps that MAML++ plans its schedules for.</source>
        <translation>MAML++ 安排日程所依的元步数。</translation>
    </message>
    <message>
        <source>iMAML pull</source>
        <translation>iMAML 拉力</translation>
    </message>
    <message>
        <source>How strongly iMAML&apos;s adaptation is held to its start.</source>
        <translation>iMAML 的适应被拉向起点的强度。</translation>
    </message>
    <message>
        <source>iMAML solver</source>
        <translation>iMAML 求解</translation>
    </message>
    <message>
        <source>How iMAML solves a task: Hessian-free Newton steps, or gradient steps.</source>
        <translation>iMAML 如何求解一个任务：无海森牛顿步，或梯度步。</translation>
    </message>
    <message>
        <source>iMAML steps</source>
        <translation>iMAML 步数</translation>
    </message>
    <message>
        <source>Gradient steps iMAML trains with, where it does not take Newton steps.</source>
        <translation>iMAML 训练用的梯度步数（不用牛顿步时）。</translation>
    </message>
    <message>
        <source>iMAML CG</source>
        <translation>iMAML 共轭梯度</translation>
    </message>
    <message>
        <source>Steps of conjugate gradients, for iMAML&apos;s meta-gradient and for each Newton step.</source>
        <translation>共轭梯度的步数，用于 iMAML 的元梯度和每个牛顿步。</translation>
    </message>
    <message>
        <source>Test tasks</source>
        <translation>测试任务数</translation>
    </message>
    <message>
        <source>Held-out tasks of a full evaluation.</source>
        <translation>完整评估所用的留出任务数。</translation>
    </message>
    <message>
        <source>Live tasks</source>
        <translation>实时任务数</translation>
    </message>
    <message>
        <source>How many of them the live curves use.</source>
        <translation>其中多少个用于实时曲线。</translation>
    </message>
    <message>
        <source>Steps shown</source>
        <translation>显示步数</translation>
    </message>
    <message>
        <source>Adaptation steps shown and evaluated.</source>
        <translation>显示和评估的适应步数。</translation>
    </message>
    <message>
        <source>Point every</source>
        <translation>取点间隔</translation>
    </message>
    <message>
        <source>Meta-steps between two points of the live curves, at first.</source>
        <translation>起初实时曲线两点之间的元步数。</translation>
    </message>
    <message>
        <source>Learners</source>
        <translation>学习器</translation>
    </message>
    <message>
        <source>Learners that train side by side.</source>
        <translation>并排训练的学习器。</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Root of every random number.</source>
        <translation>所有随机数的根。</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>What kind of file it is.</source>
        <translation>文件的类型。</translation>
    </message>
    <message>
        <source>Label column</source>
        <translation>标签列</translation>
    </message>
    <message>
        <source>Column of the labels, by name or number; empty: the one called label, class, target, y or species, else the last.</source>
        <translation>标签所在的列，用列名或序号表示；留空：名为 label、class、target、y 或 species 的列，否则为最后一列。</translation>
    </message>
    <message>
        <source>Group column</source>
        <translation>分组列</translation>
    </message>
    <message>
        <source>Column that says which classes belong together; a group is never divided by the class split.</source>
        <translation>说明哪些类别同属一组的列；划分类别时同一组不会被拆开。</translation>
    </message>
    <message>
        <source>Separator</source>
        <translation>分隔符</translation>
    </message>
    <message>
        <source>Character between columns.</source>
        <translation>列与列之间的字符。</translation>
    </message>
    <message>
        <source>Decimal mark</source>
        <translation>小数点符号</translation>
    </message>
    <message>
        <source>Decimal mark of the numbers.</source>
        <translation>数字所用的小数点符号。</translation>
    </message>
    <message>
        <source>Header line</source>
        <translation>标题行</translation>
    </message>
    <message>
        <source>Whether the first line names the columns.</source>
        <translation>第一行是否为列名。</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>排除</translation>
    </message>
    <message>
        <source>Features to leave out, by name or number (counted from 1).</source>
        <translation>要排除的特征，用名称或序号表示（从 1 数起）。</translation>
    </message>
    <message>
        <source>Missing numbers</source>
        <translation>缺失值</translation>
    </message>
    <message>
        <source>What to do with rows that lack a number: refuse the file, leave out those rows, or those features.</source>
        <translation>如何处理有缺失值的行：拒绝该文件、去掉这些行或去掉这些特征。</translation>
    </message>
    <message>
        <source>Copies</source>
        <translation>重复行</translation>
    </message>
    <message>
        <source>What to do with rows that are exact copies of another.</source>
        <translation>如何处理与其他行完全相同的行。</translation>
    </message>
    <message>
        <source>Rows a class, at least</source>
        <translation>每类最少行数</translation>
    </message>
    <message>
        <source>Classes with fewer rows are left out.</source>
        <translation>行数更少的类别会被去掉。</translation>
    </message>
    <message>
        <source>Picture size</source>
        <translation>图片尺寸</translation>
    </message>
    <message>
        <source>Height and width of the pictures in pixels; 0: 14 for picture files, arrays as they are.</source>
        <translation>图片的高和宽（像素）；0：图片文件取 14，数组保持原样。</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>反色</translation>
    </message>
    <message>
        <source>Turn dark into bright; auto does so when picture files are mostly bright: ink is 1, paper 0.</source>
        <translation>把暗变亮；自动：图片文件以亮色为主时才反色，墨迹为 1，纸为 0。</translation>
    </message>
    <message>
        <source>Rotations as classes</source>
        <translation>旋转作为新类别</translation>
    </message>
    <message>
        <source>Every class also turned by 90, 180 and 270 degrees, as classes of their own.</source>
        <translation>每个类别旋转 90、180 和 270 度后各自作为新的类别。</translation>
    </message>
    <message>
        <source>Split by</source>
        <translation>划分依据</translation>
    </message>
    <message>
        <source>What divides training, validation and test classes: the file&apos;s own split, whole groups (alphabets) or single classes; auto takes the first that there is.</source>
        <translation>按什么划分训练、验证和测试类别：文件自带的划分、整组（如字母表）或单个类别；自动：取其中第一个可用的。</translation>
    </message>
    <message>
        <source>Classes in the tasks you have in mind; for the checks only.</source>
        <translation>设想的任务中的类别数；仅用于检查。</translation>
    </message>
    <message>
        <source>Support rows per class in those tasks; for the checks only.</source>
        <translation>这些任务中每类的支持集行数；仅用于检查。</translation>
    </message>
    <message>
        <source>Query rows per class in those tasks; for the checks only.</source>
        <translation>这些任务中每类的查询集行数；仅用于检查。</translation>
    </message>
    <message>
        <source>Sine</source>
        <translation>正弦</translation>
    </message>
    <message>
        <source>Gaussian</source>
        <translation>高斯</translation>
    </message>
    <message>
        <source>Shared_direction</source>
        <translation>共享方向</translation>
    </message>
    <message>
        <source>Book</source>
        <translation>书中例子</translation>
    </message>
    <message>
        <source>Dataset</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>Finite</source>
        <translation>有限</translation>
    </message>
    <message>
        <source>Endless</source>
        <translation>无限</translation>
    </message>
    <message>
        <source>Relu</source>
        <translation>ReLU</translation>
    </message>
    <message>
        <source>Tanh</source>
        <translation>tanh</translation>
    </message>
    <message>
        <source>Glorot</source>
        <translation>Glorot</translation>
    </message>
    <message>
        <source>Truncated</source>
        <translation>截断</translation>
    </message>
    <message>
        <source>Zero</source>
        <translation>零</translation>
    </message>
    <message>
        <source>Float32</source>
        <translation>32 位浮点</translation>
    </message>
    <message>
        <source>Float64</source>
        <translation>64 位浮点</translation>
    </message>
    <message>
        <source>Adam</source>
        <translation>Adam</translation>
    </message>
    <message>
        <source>Sgd</source>
        <translation>SGD</translation>
    </message>
    <message>
        <source>Together</source>
        <translation>一起</translation>
    </message>
    <message>
        <source>Fair</source>
        <translation>公平</translation>
    </message>
    <message>
        <source>Cosine</source>
        <translation>余弦</translation>
    </message>
    <message>
        <source>L2</source>
        <translation>L2</translation>
    </message>
    <message>
        <source>On</source>
        <translation>开</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>Newton</source>
        <translation>牛顿</translation>
    </message>
    <message>
        <source>MAML</source>
        <translation>MAML</translation>
    </message>
    <message>
        <source>Learns the start from which a few gradient steps do best, differentiating through these steps.</source>
        <translation>学习一个起点，从它出发几步梯度下降效果最好，并对这些步求导。</translation>
    </message>
    <message>
        <source>MAML that ignores how the inner steps bend: cheaper, and worse where curvature matters.</source>
        <translation>忽略内层步弯曲的 MAML：更省，在曲率重要的地方更差。</translation>
    </message>
    <message>
        <source>Joint</source>
        <translation>联合训练</translation>
    </message>
    <message>
        <source>Trains one network on the pooled rows of all tasks, then fine-tunes it on each new task.</source>
        <translation>用所有任务汇集的样本训练一个网络，再在每个新任务上微调。</translation>
    </message>
    <message>
        <source>Scratch</source>
        <translation>随机起点</translation>
    </message>
    <message>
        <source>The random start, never trained: it learns each task from its support rows alone.</source>
        <translation>随机起点，从不训练：只靠支持样本学习每个任务。</translation>
    </message>
    <message>
        <source>Zero start</source>
        <translation>零起点</translation>
    </message>
    <message>
        <source>A linear model from zero weights, never trained: favours no class, so it needs no luck.</source>
        <translation>权重全为零的线性模型，从不训练：不偏向任何类，也就不靠运气。</translation>
    </message>
    <message>
        <source>Nearest centroid</source>
        <translation>最近质心</translation>
    </message>
    <message>
        <source>Compares query rows with the mean of each class in the raw features: no network, no training.</source>
        <translation>在原始特征上把查询样本与每类的均值比较：没有网络，没有训练。</translation>
    </message>
    <message>
        <source>Reptile</source>
        <translation>Reptile</translation>
    </message>
    <message>
        <source>Trains on each task for a few steps, then moves its start a little towards the result.</source>
        <translation>在每个任务上训练几步，然后把起点向结果移动一点。</translation>
    </message>
    <message>
        <source>ANIL</source>
        <translation>ANIL</translation>
    </message>
    <message>
        <source>MAML that adapts only its last layer: are good features enough, or must they adapt?</source>
        <translation>只适应最后一层的 MAML：有好特征就够了，还是特征也必须适应？</translation>
    </message>
    <message>
        <source>Meta-SGD</source>
        <translation>Meta-SGD</translation>
    </message>
    <message>
        <source>Learns beside the start how far each single weight should step, and in which direction.</source>
        <translation>除起点外，还学习每个权重应走多远、往哪个方向走。</translation>
    </message>
    <message>
        <source>MAML++</source>
        <translation>MAML++</translation>
    </message>
    <message>
        <source>MAML with learned step sizes and smoother schedules; each part can be switched off.</source>
        <translation>带有学到的步长和更平稳日程的 MAML；每个部分都可关闭。</translation>
    </message>
    <message>
        <source>Proto-MAML</source>
        <translation>Proto-MAML</translation>
    </message>
    <message>
        <source>MAML that starts each task&apos;s last layer from its class means instead of learned weights.</source>
        <translation>以类均值而非学到的权重开始每个任务最后一层的 MAML。</translation>
    </message>
    <message>
        <source>iMAML</source>
        <translation>iMAML</translation>
    </message>
    <message>
        <source>Holds adaptation to its start by a spring and differentiates where it comes to rest.</source>
        <translation>用弹簧把适应拉向起点，并在它停下的地方求导。</translation>
    </message>
    <message>
        <source>Meta-LSTM</source>
        <translation>Meta-LSTM</translation>
    </message>
    <message>
        <source>An LSTM learns the update rule itself: what to forget, how far to step, where to start.</source>
        <translation>由 LSTM 学会更新规则本身：忘掉什么、走多远、从哪里出发。</translation>
    </message>
    <message>
        <source>Meta Networks</source>
        <translation>Meta Networks</translation>
    </message>
    <message>
        <source>Generates fast weights from support gradients, keeps them in a memory, reads it by query.</source>
        <translation>由支持集梯度生成快速权重，存入记忆，再按查询读取。</translation>
    </message>
    <message>
        <source>SNAIL</source>
        <translation>SNAIL</translation>
    </message>
    <message>
        <source>Reads the labelled rows as a sequence, by attention and convolutions, then the query row.</source>
        <translation>用注意力和卷积把有标签样本当作序列读入，再读查询样本。</translation>
    </message>
    <message>
        <source>Matching</source>
        <translation>Matching</translation>
    </message>
    <message>
        <source>Learns an embedding in which support rows vote for their class, weighted by likeness.</source>
        <translation>学习一种嵌入，让支持样本按相似度为自己的类投票。</translation>
    </message>
    <message>
        <source>Matching FCE</source>
        <translation>Matching FCE</translation>
    </message>
    <message>
        <source>Matching that embeds each row in view of the whole support, by recurrent networks.</source>
        <translation>用循环网络在整个支持集的语境中嵌入每个样本的 Matching。</translation>
    </message>
    <message>
        <source>Prototypical</source>
        <translation>Prototypical</translation>
    </message>
    <message>
        <source>Learns an embedding in which each row lies nearest to the mean of its own class; nothing adapts.</source>
        <translation>学习一种嵌入，使每个样本离本类均值最近；不做任何适应。</translation>
    </message>
    <message>
        <source>Nearest neighbour</source>
        <translation>最近邻</translation>
    </message>
    <message>
        <source>Compares query rows with each single support row in the raw features: no network, no training.</source>
        <translation>在原始特征上把查询样本与每个支持样本逐一比较：没有网络，没有训练。</translation>
    </message>
    <message>
        <source>Whitened centroid</source>
        <translation>白化质心</translation>
    </message>
    <message>
        <source>Nearest centroid, with distances scaled by how rows of training classes scatter.</source>
        <translation>最近质心，距离按训练类样本的散布缩放。</translation>
    </message>
    <message>
        <source>Oracle</source>
        <translation>Oracle</translation>
    </message>
    <message>
        <source>Is told what the others must learn: each wave&apos;s amplitude and phase, or how Gaussian classes are made.</source>
        <translation>被告知其他学习器必须学会的东西：每个波的振幅和相位，或高斯类别的构造。</translation>
    </message>
    <message>
        <source>Sine waves</source>
        <translation>正弦波</translation>
    </message>
    <message>
        <source>Fit a sine wave of unknown amplitude and phase from a few points.</source>
        <translation>由几个点拟合振幅和相位未知的正弦波。</translation>
    </message>
    <message>
        <source>Gaussian classes</source>
        <translation>高斯类别</translation>
    </message>
    <message>
        <source>Tell N classes apart that differ in a few hidden directions, the same in all tasks.</source>
        <translation>区分 N 个类，它们在少数隐藏方向上不同，所有任务相同。</translation>
    </message>
    <message>
        <source>Shared direction</source>
        <translation>共享方向</translation>
    </message>
    <message>
        <source>Two classes split by a direction that most tasks share; K and Q count rows in all.</source>
        <translation>两个类由多数任务共有的方向分开；K 和 Q 为样本总数。</translation>
    </message>
    <message>
        <source>Random labels (the book)</source>
        <translation>随机标签（书中例子）</translation>
    </message>
    <message>
        <source>Labels are coin flips: nothing can be learned; K and Q count rows in all.</source>
        <translation>标签是抛硬币：什么也学不到；K 和 Q 为样本总数。</translation>
    </message>
    <message>
        <source>Real data</source>
        <translation>真实数据</translation>
    </message>
    <message>
        <source>Tell N real classes apart: bundled letters or digits, or your own .npz or .csv file.</source>
        <translation>区分 N 个真实的类：内置的字母或手写数字，或你自己的 .npz 或 .csv 文件。</translation>
    </message>
    <message>
        <source>Ten points of a sine wave of unknown amplitude and phase: where meta-learning shows best.</source>
        <translation>振幅和相位未知的正弦波上的十个点：元学习在这里最显眼。</translation>
    </message>
    <message>
        <source>Letters (real data)</source>
        <translation>字母（真实数据）</translation>
    </message>
    <message>
        <source>Five letters never trained on, one example of each: meta-learning on real measurements.</source>
        <translation>五个从未训练过的字母，各一个样本：真实测量数据上的元学习。</translation>
    </message>
    <message>
        <source>Five classes that differ in 4 hidden directions of 20, against the exact Bayes ceiling.</source>
        <translation>五个类在 20 维中只在 4 个隐藏方向上不同，与精确的贝叶斯上限相比。</translation>
    </message>
    <message>
        <source>The book&apos;s random labels</source>
        <translation>书中的随机标签</translation>
    </message>
    <message>
        <source>Labels are coin flips: nothing can beat ln 2, and adaptation only hurts. The negative control.</source>
        <translation>标签是抛硬币：没有什么能胜过 ln 2，适应只会有害。阴性对照。</translation>
    </message>
    <message>
        <source>Digits: too few classes</source>
        <translation>手写数字：类别太少</translation>
    </message>
    <message>
        <source>Six digits to train on are too few tasks to learn from: the nearest centroid wins.</source>
        <translation>只有六个数字可供训练，任务太少而学不到：最近质心胜出。</translation>
    </message>
    <message>
        <source>Sine waves, as published</source>
        <translation>正弦波，如论文所发表</translation>
    </message>
    <message>
        <source>The sine experiment of the MAML paper: relu, small initial weights, one inner step, 70,000 meta-steps.</source>
        <translation>MAML 论文的正弦实验：relu、小的初始权重、一个内层步、70,000 个元步。</translation>
    </message>
    <message>
        <source>NumPy arrays</source>
        <translation>NumPy 数组</translation>
    </message>
    <message>
        <source>NumPy array and labels</source>
        <translation>NumPy 数组和标签</translation>
    </message>
    <message>
        <source>Lists of pictures</source>
        <translation>图片列表</translation>
    </message>
    <message>
        <source>Table of text</source>
        <translation>文本表格</translation>
    </message>
    <message>
        <source>Parquet table</source>
        <translation>Parquet 表格</translation>
    </message>
    <message>
        <source>IDX (MNIST)</source>
        <translation>IDX (MNIST)</translation>
    </message>
    <message>
        <source>Zipped pictures</source>
        <translation>压缩的图片</translation>
    </message>
    <message>
        <source>Folder of pictures</source>
        <translation>图片文件夹</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Npz</source>
        <translation>npz</translation>
    </message>
    <message>
        <source>Npy</source>
        <translation>npy</translation>
    </message>
    <message>
        <source>Lists</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>Csv</source>
        <translation>csv</translation>
    </message>
    <message>
        <source>Parquet</source>
        <translation>Parquet</translation>
    </message>
    <message>
        <source>Idx</source>
        <translation>IDX</translation>
    </message>
    <message>
        <source>Zip</source>
        <translation>zip</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Comma</source>
        <translation>逗号</translation>
    </message>
    <message>
        <source>Semicolon</source>
        <translation>分号</translation>
    </message>
    <message>
        <source>Tab</source>
        <translation>制表符</translation>
    </message>
    <message>
        <source>Point</source>
        <translation>点</translation>
    </message>
    <message>
        <source>Yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>No</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Refuse</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>Drop rows</source>
        <translation>去掉行</translation>
    </message>
    <message>
        <source>Drop features</source>
        <translation>去掉特征</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>去掉</translation>
    </message>
    <message>
        <source>Given</source>
        <translation>自带的</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Chance</source>
        <translation>随机水平</translation>
    </message>
    <message>
        <source>Bayes</source>
        <translation>贝叶斯</translation>
    </message>
    <message>
        <source>No adaptation</source>
        <translation>不适应</translation>
    </message>
    <message>
        <source>Weights known</source>
        <translation>权重已知</translation>
    </message>
    <message>
        <source>Noise floor</source>
        <translation>噪声下限</translation>
    </message>
    <message>
        <source>amplitude</source>
        <translation>振幅</translation>
    </message>
    <message>
        <source>phase</source>
        <translation>相位</translation>
    </message>
</context>
<context>
    <name>view</name>
    <message>
        <source>1 inner step</source>
        <translation>1 个内层步</translation>
    </message>
    <message>
        <source>{0} inner steps</source>
        <translation>{0} 个内层步</translation>
    </message>
    <message>
        <source>1 step</source>
        <translation>1 步</translation>
    </message>
    <message>
        <source>{0} steps</source>
        <translation>{0} 步</translation>
    </message>
    <message>
        <source>MSE</source>
        <translation>均方误差</translation>
    </message>
    <message>
        <source>cross-entropy</source>
        <translation>交叉熵</translation>
    </message>
    <message>
        <source>log loss</source>
        <translation>对数损失</translation>
    </message>
    <message>
        <source>No adapt.</source>
        <translation>不适应</translation>
    </message>
    <message>
        <source>First-order</source>
        <translation>一阶</translation>
    </message>
    <message>
        <source>Centroid</source>
        <translation>质心</translation>
    </message>
    <message>
        <source>Scratch</source>
        <translation>随机起点</translation>
    </message>
</context>
<context>
    <name>x_axis</name>
    <message>
        <source>Iterations</source>
        <extracomment>A column of Curve that x is taken from.</extracomment>
        <translation>迭代</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>样本</translation>
    </message>
    <message>
        <source>Gradients</source>
        <translation>梯度次数</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>iteration</source>
        <translation>迭代</translation>
    </message>
    <message>
        <source>labelled rows that each learner has seen</source>
        <translation>每个学习器见过的有标签样本</translation>
    </message>
    <message>
        <source>rows seen</source>
        <translation>已见样本</translation>
    </message>
    <message>
        <source>gradients that each learner has evaluated (a Hessian-vector product counts as two)</source>
        <translation>每个学习器计算过的梯度（海森向量积算作两次）</translation>
    </message>
    <message>
        <source>gradients that each learner has evaluated</source>
        <translation>每个学习器计算过的梯度</translation>
    </message>
    <message>
        <source>gradient evaluations</source>
        <translation>梯度次数</translation>
    </message>
    <message>
        <source>seconds that each learner has trained for</source>
        <translation>每个学习器训练的秒数</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>iteration {0}</source>
        <translation>第 {0} 次迭代</translation>
    </message>
    <message>
        <source>{0} rows seen</source>
        <translation>{0} 个已见样本</translation>
    </message>
    <message>
        <source>{0} gradient evaluations</source>
        <translation>{0} 次梯度计算</translation>
    </message>
    <message>
        <source>{0} seconds</source>
        <translation>{0} 秒</translation>
    </message>
</context>
</TS>
