using Overlay.NodeAgent.Tests.Rules.Bed;
using Overlay.NodeAgent.Tests.Rules.Differential;
using Overlay.NodeAgent.Tests.Rules.Walk;

namespace Overlay.NodeAgent.Tests.Rules;

public sealed class JudgementOnNftablesTests() : JudgementTests(BedBackend.Nftables);

public sealed class JudgementOnIptablesTests() : JudgementTests(BedBackend.Iptables);

public sealed class JudgementOnIptablesLegacyTests() : JudgementTests(BedBackend.IptablesLegacy);

public sealed class JudgementOnMixedTests() : JudgementTests(BedBackend.Mixed);

public sealed class EgressOnNftablesTests() : EgressTests(BedBackend.Nftables);

public sealed class EgressOnIptablesTests() : EgressTests(BedBackend.Iptables);

public sealed class EgressOnIptablesLegacyTests() : EgressTests(BedBackend.IptablesLegacy);

public sealed class BypassOnNftablesTests() : BypassTests(BedBackend.Nftables);

public sealed class BypassOnIptablesTests() : BypassTests(BedBackend.Iptables);

public sealed class BypassOnIptablesLegacyTests() : BypassTests(BedBackend.IptablesLegacy);

public sealed class BypassOnMixedTests() : BypassTests(BedBackend.Mixed);

public sealed class BesideKubeProxyOnNftablesTests() : BesideKubeProxyTests(BedBackend.Nftables);

public sealed class BesideKubeProxyOnIptablesTests() : BesideKubeProxyTests(BedBackend.Iptables);

public sealed class BesideKubeProxyOnIptablesLegacyTests() : BesideKubeProxyTests(BedBackend.IptablesLegacy);

public sealed class ForgingOnNftablesTests() : ForgingTests(BedBackend.Nftables);

public sealed class ForgingOnIptablesTests() : ForgingTests(BedBackend.Iptables);

public sealed class ForgingOnIptablesLegacyTests() : ForgingTests(BedBackend.IptablesLegacy);

public sealed class SpoofingOnNftablesTests() : SpoofingTests(BedBackend.Nftables);

public sealed class SpoofingOnIptablesTests() : SpoofingTests(BedBackend.Iptables);

public sealed class SpoofingOnIptablesLegacyTests() : SpoofingTests(BedBackend.IptablesLegacy);

public sealed class ConnectionOnNftablesTests() : ConnectionTests(BedBackend.Nftables);

public sealed class ConnectionOnIptablesTests() : ConnectionTests(BedBackend.Iptables);

public sealed class ConnectionOnIptablesLegacyTests() : ConnectionTests(BedBackend.IptablesLegacy);

public sealed class ConnectionOnMixedTests() : ConnectionTests(BedBackend.Mixed);

public sealed class FlagOnNftablesTests() : FlagTests(BedBackend.Nftables);

public sealed class FlagOnIptablesTests() : FlagTests(BedBackend.Iptables);

public sealed class FlagOnIptablesLegacyTests() : FlagTests(BedBackend.IptablesLegacy);

public sealed class FlagOnMixedTests() : FlagTests(BedBackend.Mixed);

public sealed class AddressOnNftablesTests() : AddressTests(BedBackend.Nftables);

public sealed class AddressOnIptablesTests() : AddressTests(BedBackend.Iptables);

public sealed class AddressOnIptablesLegacyTests() : AddressTests(BedBackend.IptablesLegacy);

public sealed class DifferentialOnNftablesTests() : DifferentialTests(BedBackend.Nftables);

public sealed class DifferentialOnIptablesTests() : DifferentialTests(BedBackend.Iptables);

public sealed class DifferentialOnIptablesLegacyTests() : DifferentialTests(BedBackend.IptablesLegacy);

public sealed class HostPortOnNftablesTests() : HostPortTests(BedBackend.Nftables);

public sealed class HostPortOnIptablesTests() : HostPortTests(BedBackend.Iptables);

public sealed class HostPortOnIptablesLegacyTests() : HostPortTests(BedBackend.IptablesLegacy);

public sealed class TellingOnNftablesTests() : TellingTests(BedBackend.Nftables);

public sealed class TellingOnIptablesTests() : TellingTests(BedBackend.Iptables);

public sealed class TellingOnIptablesLegacyTests() : TellingTests(BedBackend.IptablesLegacy);

public sealed class HostNetworkOnNftablesTests() : HostNetworkTests(BedBackend.Nftables);

public sealed class HostNetworkOnIptablesTests() : HostNetworkTests(BedBackend.Iptables);

public sealed class HostNetworkOnIptablesLegacyTests() : HostNetworkTests(BedBackend.IptablesLegacy);

public sealed class CutWireOnNftablesTests() : CutWireTests(BedBackend.Nftables);

public sealed class CutWireOnIptablesTests() : CutWireTests(BedBackend.Iptables);

public sealed class CutWireOnIptablesLegacyTests() : CutWireTests(BedBackend.IptablesLegacy);

public sealed class KernelJudgeOnNftablesTests() : KernelJudgeTests(BedBackend.Nftables);

public sealed class KernelJudgeOnIptablesTests() : KernelJudgeTests(BedBackend.Iptables);

public sealed class KernelJudgeOnIptablesLegacyTests() : KernelJudgeTests(BedBackend.IptablesLegacy);

public sealed class IptablesKernelOnIptablesTests() : IptablesKernelTests(BedBackend.Iptables);

public sealed class IptablesKernelOnIptablesLegacyTests() : IptablesKernelTests(BedBackend.IptablesLegacy);
