/** Which client uses which peer id (BEP 20, and what is seen in swarms). Names and codes are facts, not code. */

/**
 * How the four characters behind an Azureus-style code are read. `dotted`: a.b.c, and .d where it
 * counts; `three`: a.b.c, the fourth marks a build; `pairs`: ab.cd as two numbers; `major-minor2`:
 * ab.cd with both digits of the minor version.
 */
export type VersionStyle = 'dotted' | 'three' | 'pairs' | 'major-minor2' | 'transmission' | 'none';

export interface AzureusClient {
  readonly name: string;
  readonly style: VersionStyle;
}

const names: Readonly<Record<VersionStyle, string>> = {
  dotted: `
    7T aTorrent|AB AnyEvent BitTorrent|AG Ares|AN Ares|AR Arctic|AT Artemis|AV Avicora|AZ Vuze
    BB BitBuddy|BE BitTorrent SDK|BG BTG|BH BitZilla|BI BiglyBT|BL BitLord|BM BitMagnet
    BP BitTorrent Pro|BR BitRocket|BS BTSlave|BU BigUp|BW BitWombat|BX Bittorrent X|CB Shareaza Plus
    CT CTorrent|DP Propagate Data Client|EB EBit|FC FileCroc|FT FoxTorrent|FX Freebox BitTorrent
    GR GetRight|GS GSTorrent|GT anacrolix/torrent|HK Hekate|HN Hydranode|IL iLivid|KC Koinonein
    KG KGet|KT KTorrent|LC LeechCraft|LH LH-ABC|LT libtorrent|MK Meerkat|MO MonoTorrent|MR Miro
    MT MoonlightTorrent|NX Net Transport|OS OneSwarm|OT OmegaTorrent|PD Pando|PE PeerProject
    PI PicoTorrent|PT Popcorn Time|QD QQDownload|QT Qt Torrent example|RS Rufus|RT Retriever
    RZ RezTorrent|SB Swiftbit|SD Xunlei|SG GSTorrent|SH Shoal|SK Spark|SM SoMud|SN ShareNet
    SS SwarmScope|ST SymTorrent|SZ Shareaza|S~ Shareaza beta|TB Torch|TL Tribler|TN TorrentDotNET
    TS TorrentStorm|UL uLeecher!|VG Vagaa|WT BitLet|WY FireTorrent|XL Xunlei|XS XSwifter
    XT XanTorrent|ZO Zona|ZT ZipTorrent|bk BitKitten|lt rTorrent|pX pHoeniX|qB qBittorrent
    rQ rqbit|st SharkTorrent`,
  three: `
    A~ Ares|BT BitTorrent|DE Deluge|ES Electric Sheep|FD Free Download Manager|FW FrostWire
    HL Halite|LK Linkage|MP MooPolice|NE BT Next Evolution|SP BitSpirit|TT TuoTu
    UE µTorrent Embedded|UM µTorrent Mac|UT µTorrent|UW µTorrent Web|XF Xfplay|pb pbTorrent`,
  pairs: 'WD WebTorrent Desktop|WW WebTorrent',
  'major-minor2': 'AX BitPump|BC BitComet|CD Enhanced CTorrent|FG FlashGet|LP Lphant',
  transmission: 'TR Transmission',
  none: 'BF Bitflu|BN Baidu Netdisk|LW LimeWire|WS HTTP seed|XC Xtorrent|XX Xtorrent',
};

export const azureusClients: ReadonlyMap<string, AzureusClient> = new Map(
  (Object.keys(names) as VersionStyle[]).flatMap((style) =>
    names[style]
      .trim()
      .split(/\s*[|\n]\s*/)
      .map((entry) => [entry.slice(0, 2), { name: entry.slice(3), style }] as const),
  ),
);

export const shadowClients: ReadonlyMap<string, string> = new Map([
  ['A', 'ABC'],
  ['O', 'Osprey Permaseed'],
  ['Q', 'BTQueue'],
  ['R', 'Tribler'],
  ['S', "Shadow's client"],
  ['T', 'BitTornado'],
  ['U', 'UPnP NAT BitTorrent'],
]);

export interface PrefixClient {
  /** Where the text stands; 0 when left out. */
  readonly at?: number;
  readonly text: string;
  readonly name: string;
  /** Captures the numbers of the version. */
  readonly version?: RegExp;
}

/** Clients with a convention of their own, tried before the common ones. */
export const prefixClients: readonly PrefixClient[] = [
  { text: 'A2-', name: 'aria2', version: /^A2-(\d+)-(\d+)-(\d+)/ },
  { text: '-aria2-', name: 'aria2' },
  { text: 'TIX', name: 'Tixati', version: /^TIX(\d\d)(\d\d)/ },
  { text: 'S3-', name: 'Amazon S3', version: /^S3-(\d+)-(\d+)-(\d+)/ },
  { text: 'AZ2500BT', name: 'BitTyrant' },
  { text: 'XBT', name: 'XBT Client', version: /^XBT(\d)(\d)(\d)/ },
  { text: '-ML', name: 'MLDonkey', version: /^-ML(\d+)\.(\d+)\.(\d+)/ },
  { text: '-MG', name: 'MediaGet', version: /^-MG(\d)(\d)/ },
  { text: '-FL', name: 'Folx', version: /^-FL(\d)/ },
  { text: '-BOW', name: 'Bits on Wheels' },
  { text: '-G3', name: 'G3 Torrent' },
  { text: 'exbc', name: 'BitComet' },
  { text: 'FUTB', name: 'BitComet' },
  { text: 'btpd', name: 'btpd' },
  { text: 'DNA', name: 'BitTorrent DNA' },
  { text: 'QVOD', name: 'QVOD' },
  { text: 'LIME', name: 'LimeWire' },
  { text: 'Mbrst', name: 'Burst!' },
  { text: 'OP', name: 'Opera', version: /^OP(\d{4})/ },
  { text: '346------', name: 'TorrenTopia' },
  { at: 2, text: 'RS', name: 'Rufus' },
  { at: 2, text: 'BS', name: 'BitSpirit' },
  { at: 5, text: 'Azureus', name: 'Azureus 2.0.3.2' },
];
