using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Overlay.Lab.ApiServer.Cel;

namespace Overlay.Lab.Tests.ApiServer.Cel;

/// <summary>The subset of CEL that definitions use.</summary>
public sealed class CelTests
{
    private static readonly JsonNode Self = JsonNode.Parse("""
        {"n":5,"f":1.5,"s":"abc","list":[1,2,3],"names":["a","b"],"map":{"k":"v"},"cidr":"10.255.0.0/16","flag":true,"a-b":1,"namespace":"x","none":null}
        """)!;

    [Theory]
    [InlineData("self.n == 5 && self.f == 1.5")]
    [InlineData("type(self.n) == int")]
    [InlineData("type(self.s) == string")]
    [InlineData("type(self.f) == double && type(self.f) != int")]
    [InlineData("type(type(self.n)) == type")]
    [InlineData("self.n + 2 * 3 == 11")]
    [InlineData("7 / 2 == 3 && 7 % 4 == 3 && -self.n == -5 && 7.0 / 2.0 == 3.5")]
    [InlineData("self.n > 4 ? self.s == 'abc' : false")]
    [InlineData("has(self.s) && !has(self.absent)")]
    [InlineData("!has(self.absent) || self.absent.deeper == 1")]
    [InlineData("self.absent == 1 || true")]
    [InlineData("!(self.absent == 1 && false)")]
    [InlineData("size(self.list) == 3 && self.names.size() == 2 && size('äö') == 2")]
    [InlineData("self.list.all(x, x > 0) && self.list.exists(x, x == 2) && self.list.exists_one(x, x > 2)")]
    [InlineData("self.list.map(x, x * 2) == [2, 4, 6] && self.list.filter(x, x != 2) == [1, 3] && self.list.map(x, x > 1, x) == [2, 3]")]
    [InlineData("self.map.all(k, k == 'k') && 'k' in self.map && self.map['k'] == 'v' && self.map == {'k': 'v'}")]
    [InlineData("'a' in self.names && !('c' in self.names)")]
    [InlineData("self.s.startsWith('a') && self.s.endsWith('c') && self.s.contains('b') && self.s.matches('^[a-c]+$')")]
    [InlineData("'a,b'.split(',') == ['a', 'b'] && self.names.join('-') == 'a-b' && 'a-b-c'.replace('-', ':', 1) == 'a:b-c'")]
    [InlineData("'tag-00042'.substring(4) == '00042' && int('00042') == 42 && string(42) == '42'")]
    [InlineData("cidr(self.cidr).containsIP('10.255.3.4') && !cidr(self.cidr).containsIP('10.254.0.1')")]
    [InlineData("cidr(self.cidr).containsCIDR('10.255.2.0/24') && !cidr('10.255.2.0/24').containsCIDR(self.cidr)")]
    [InlineData("cidr(self.cidr).prefixLength() == 16 && cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8') && cidr(self.cidr).ip().family() == 4")]
    [InlineData("isCIDR('fd00::/64') && !isCIDR('10.0.0.0') && isIP('::1') && !isIP('10.0.0.256') && ip('fd00::1').family() == 6")]
    [InlineData("self.a__dash__b == 1 && self.__namespace__ == 'x'")]
    [InlineData("self.?absent.orValue(7) == 7 && self.?n.orValue(7) == 5 && !self.?absent.hasValue()")]
    [InlineData("self.map[?'k'].orValue('') == 'v' && self.map[?'x'].orValue('') == '' && self.list[?5].orValue(7) == 7")]
    [InlineData("self.?absent[?'k'][0].orValue('none') == 'none' && self.?names[0].orValue('') == 'a' && !self.?names[9].hasValue()")]
    [InlineData("self.none == null && \"\\n\".size() == 1 && r'\\d' == '\\\\d' && 0x10 == 16")]
    [InlineData("self.list.isSorted() && self.list.sum() == 6 && self.list.max() == 3 && self.names.indexOf('b') == 1")]
    public void Holds(string rule) => Evaluate(rule).Should().Be(true);

    [Theory]
    [InlineData("self.absent == 1", "no such key: absent")]
    [InlineData("1 / 0 == 1", "division by zero")]
    [InlineData("9223372036854775807 + 1 == 0", "integer overflow")]
    [InlineData("self.s + 1 == 2", "no such overload")]
    [InlineData("self.list[9] == 1", "index out of bounds")]
    [InlineData("cidr('x').prefixLength() == 1", "parse error")]
    [InlineData("self.list.all(a, self.list.all(b, self.list.all(c, [1,2,3,4,5,6,7,8].map(d, [1,2,3,4,5,6,7,8].map(e, [1,2,3,4,5,6,7,8].map(f, [1,2,3,4,5,6,7,8].map(g, [1,2,3,4,5,6,7,8].map(h, h))))) != [])))", "cost limit")]
    public void Cannot_be_computed(string rule, string why)
    {
        var evaluate = () => Evaluate(rule);
        evaluate.Should().Throw<CelException>().WithMessage($"*{why}*");
    }

    [Theory]
    [InlineData("self.")]
    [InlineData("self.a ==")]
    [InlineData("self.a == 'open")]
    [InlineData("foo(self)")]
    [InlineData("self.matches()")]
    [InlineData("other.a == 1")]
    [InlineData("has(self)")]
    [InlineData("self.list.all(x, y > 0)")]
    [InlineData("self.a === 1")]
    [InlineData("(self.a")]
    public void Is_refused_when_the_definition_is_read(string rule)
    {
        var read = () => CelRule.Read(new JsonObject { ["rule"] = rule }, "openAPIV3Schema");
        read.Should().Throw<CelException>();
    }

    [Fact]
    public void Nesting_without_end_is_refused_not_a_crash()
    {
        var read = () => CelParser.Parse(new string('(', 100_000) + "1" + new string(')', 100_000));
        read.Should().Throw<CelException>().WithMessage("*nested too deep*");
    }

    private static object? Evaluate(string rule)
    {
        var node = CelParser.Parse(rule);
        CelChecker.Check(node, ["self"]);
        return CelEvaluator.Evaluate(node, ImmutableDictionary<string, object?>.Empty.Add("self", CelValues.From(Self)));
    }
}
