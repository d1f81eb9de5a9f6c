using CrashShield.Hosting.ThreadPools.Blocking;

namespace CrashShield.Hosting.Tests.ThreadPools.Blocking;

public class MethodNameTests
{
    [Theory]
    [InlineData("Shop.OrderStore", "Load", "Shop.OrderStore.Load")]
    [InlineData("Shop.OrderStore", ".ctor", "Shop.OrderStore..ctor")]
    [InlineData("Shop.Orders+<LoadAsync>d__3", "MoveNext", "Shop.Orders.LoadAsync")]
    [InlineData("Shop.Orders+<LoadAsync>d__3`1[System.__Canon]", "MoveNext", "Shop.Orders.LoadAsync")]
    [InlineData("Shop.Orders+Page+<LoadAsync>d__3", "MoveNext", "Shop.Orders.Page.LoadAsync")]
    [InlineData("Shop.Repository`2[System.__Canon,System.Int32]", "Get", "Shop.Repository.Get")]
    [InlineData("Shop.Program+<>c", "<Main>b__0_1", "Shop.Program.Main lambda")]
    [InlineData("Program+<>c", "<<Main>$>b__0_1", "Program.Main lambda")]
    [InlineData("Program", "<Main>$", "Program.Main")]
    [InlineData("Program+<>c+<<<Main>$>b__0_2>d", "MoveNext", "Program.Main lambda")]
    [InlineData("Program+<<Main>$>d__0", "MoveNext", "Program.Main")]
    [InlineData("Shop.Program+<>c__DisplayClass0_0", "<Main>g__Load|1", "Shop.Program.Main.Load")]
    [InlineData("Shop.Program", "<Main>g__Load|0_0", "Shop.Program.Main.Load")]
    [InlineData("Shop.Program+<<Main>g__LoadAsync|0_0>d", "MoveNext", "Shop.Program.Main.LoadAsync")]
    [InlineData("System.Threading.Thread", "Sleep", "System.Threading.Thread.Sleep")]
    [InlineData("dynamicClass", "lambda_method12", "lambda_method12 (compiled at run time)")]
    [InlineData("", "Load", "Load")]
    [InlineData("", "", "")]
    [InlineData("+<", "<>", ".<.")]
    public void IsReadable(string type, string method, string expected) => Assert.Equal(expected, MethodName.Of(type, method).Text);

    [Theory]
    [InlineData("System.Threading.Thread", true)]
    [InlineData("Microsoft.Data.Sqlite.SqliteCommand", true)]
    [InlineData("CrashShield.Middleware.Admission.AdmissionMiddleware", true)]
    [InlineData("Interop+Sys", true)]
    [InlineData("Systematic.Trader", false)]
    [InlineData("Shop.Microsoft.Import", false)]
    public void FrameworkIsKnown(string type, bool isFramework) => Assert.Equal(isFramework, MethodName.Of(type, "Run").IsFramework);
}
