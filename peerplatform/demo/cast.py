"""Who and what is in the demo: literal lists, so that every run makes the same people."""

from __future__ import annotations

from dataclasses import dataclass, field

from apps.organizations.choices import Role

PASSWORD = "peer-demo-2026"  # noqa: S105  the demo's, printed by `make run`; check --deploy fails where it exists
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105  the demo's, as above
OPERATOR = "operator@platform.example"


@dataclass(frozen=True)
class Place:
    """A location. `rooms` are (name, seats)."""

    name: str
    address: str
    zone: str
    rooms: tuple[tuple[str, int], ...] = ()
    directions: dict[str, str] = field(default_factory=dict)
    access: tuple[str, ...] = ()
    is_online: bool = False
    is_confidential: bool = False


@dataclass(frozen=True)
class Staff:
    """Somebody who works there. `mailbox` is the part before the organization's domain."""

    mailbox: str
    name: str
    role: str
    language: str = "en"
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class House:
    """One demo organization."""

    domain: str
    mail_domain: str
    name: str
    short_name: str
    zone: str
    second_factor: bool
    brand: str
    brand_dark: str
    phone: str
    about: dict[str, str]
    how_to_come: dict[str, str]
    crisis_text: dict[str, str]
    places: tuple[Place, ...]
    staff: tuple[Staff, ...]
    clients: tuple[tuple[str, str], ...]
    state: str


HARBOR = House(
    domain="harbor.localhost",
    mail_domain="harbor.example",
    name="Harbor Peer Center",
    short_name="Harbor",
    zone="America/New_York",
    second_factor=False,
    brand="#5f2a55",
    brand_dark="#e6b8da",
    phone="+12125550140",
    about={
        "en": "We have been where you are. Come and sit with us: no fee, no file to fill in, no questions at the door.",
        "es": "Hemos estado donde usted está. Venga y siéntese con nosotros: sin costo, sin papeles, sin preguntas.",
        "ar": "لقد مررنا بما تمر به. تعال واجلس معنا: دون رسوم ودون أوراق ودون أسئلة عند الباب.",
        "vi": "Chúng tôi đã từng ở nơi bạn đang ở. Hãy đến ngồi cùng chúng tôi: không mất tiền, không giấy tờ.",
        "zh-hans": "您走过的路,我们也走过。来和我们坐坐:不收费,不填表,进门不问问题。",
    },
    how_to_come={
        "en": "Ring at the blue door. Buses 4 and 11 stop in front. You can also call first.",
        "es": "Toque en la puerta azul. Los autobuses 4 y 11 paran enfrente. También puede llamar antes.",
        "ar": "اقرع الجرس عند الباب الأزرق. تقف الحافلتان 4 و11 أمام المبنى. يمكنك أيضًا الاتصال أولًا.",
    },
    crisis_text={
        "en": "Harbor warm line, every evening 5 to 11",
        "es": "Línea de apoyo de Harbor, cada tarde de 5 a 11",
        "ar": "خط هاربر للدعم، كل مساء من 5 إلى 11",
    },
    places=(
        Place(
            "Mill Street house",
            "12 Mill Street",
            "America/New_York",
            (("Living room", 14), ("Room 2", 12), ("Studio", 8)),
            {"en": "The side door has no step.", "es": "La puerta lateral no tiene escalón.", "ar": "الباب الجانبي بلا درجة."},
            ("step_free", "toilet", "quiet_room", "transit"),
        ),
        Place(
            "Eastside Library",
            "300 East Avenue",
            "America/New_York",
            (("Room 2", 20),),
            {"en": "Second floor, there is a lift.", "es": "Segundo piso, hay ascensor.", "ar": "الطابق الثاني، يوجد مصعد."},
            ("step_free", "toilet", "hearing_loop", "parking", "transit"),
        ),
        Place("Lakeside office", "8 Shore Road", "America/Chicago", (("Lake room", 10),)),
    ),
    staff=(
        Staff("owner", "Ruth Abernathy", Role.ADMINISTRATOR),
        Staff("coordinator", "Rosa Delgado", Role.COORDINATOR),
        Staff("supervisor", "Denise Osei", Role.SUPERVISOR),
        Staff("peer", "Maya Ortiz", Role.PEER_SPECIALIST),
        Staff("tom", "Tom Whitfield", Role.PEER_SPECIALIST),
        Staff("elena", "Elena Ruiz", Role.PEER_SPECIALIST, "es"),
        Staff("yusuf", "Yusuf Haddad", Role.PEER_SPECIALIST, "ar"),
        Staff("volunteer", "Hank Petersen", Role.VOLUNTEER_FACILITATOR),
        Staff("clinical", "Amara Nwosu", Role.CLINICAL_CONTACT),
        Staff("translator", "Linh Pham", Role.TRANSLATOR, "vi"),
        Staff("evaluator", "Grace Kim", Role.EVALUATOR),
        Staff("auditor", "Walter Briggs", Role.AUDITOR),
        Staff("observer", "June Castellano", Role.OBSERVER),
        Staff("partner", "Officer Dana Reyes", Role.PARTNER),
    ),
    clients=(
        ("Samuel Reyes", "es"), ("Daniel Kowalski", "en"), ("Marcus Bell", "en"), ("Thanh Nguyen", "vi"),
        ("Ana Villanueva", "es"), ("Layla Mansour", "ar"), ("Wei Chen", "zh-hans"), ("Rosalind Murray", "en"),
        ("José Luis Ibarra", "es"), ("Fatima al-Sayed", "ar"), ("Bao Tran", "vi"), ("Mei Lin", "zh-hans"),
        ("Terrence Oakes", "en"), ("Brenda Lockhart", "en"), ("Carmen Fuentes", "es"), ("Khalid Darwish", "ar"),
        ("Priscilla Yates", "en"), ("Owen Gallagher", "en"), ("Luz Marina Soto", "es"), ("Hoa Le", "vi"),
        ("Jian Wu", "zh-hans"), ("Desmond Achebe", "en"), ("Inés Cabrera", "es"), ("Noor Hamdan", "ar"),
        ("Paulette Fontaine", "en"), ("Rafael Montoya", "es"), ("Kim Anh Vo", "vi"), ("Xiu Ying Zhao", "zh-hans"),
        ("Gregory Stamp", "en"), ("Whitney Barlow", "en"), ("Esteban Quiroga", "es"), ("Omar Nasser", "ar"),
        ("Dolores Prince", "en"), ("Vincent Amato", "en"), ("Marisol Peña", "es"), ("Duc Pham", "vi"),
        ("Li Na Huang", "zh-hans"), ("Cedric Holloway", "en"), ("Ivette Roldán", "es"), ("Salma Khoury", "ar"),
        ("Nathaniel Frost", "en"), ("Opal Jennings", "en"), ("Hugo Bermúdez", "es"), ("Tuyet Dang", "vi"),
        ("Jun Xu", "zh-hans"), ("Roderick Payne", "en"), ("Alma Trujillo", "es"), ("Yara Saleh", "ar"),
        ("Sheila Novak", "en"), ("Curtis Dunham", "en"), ("Beatriz Lozano", "es"), ("Minh Bui", "vi"),
        ("Hui Min Guo", "zh-hans"), ("Jerome Tillman", "en"), ("Consuelo Ávila", "es"), ("Ibrahim Fakhoury", "ar"),
        ("Patrice Underwood", "en"), ("Leonard Sykes", "en"), ("Graciela Rojas", "es"), ("Van Hoang", "vi"),
    ),
    state="NY",
)  # fmt: skip

AURORA = House(
    domain="aurora.localhost",
    mail_domain="aurora.example",
    name="Aurora Recovery Community",
    short_name="Aurora",
    zone="America/Denver",
    second_factor=True,
    brand="#1d4f63",
    brand_dark="#9fd3e6",
    phone="+13035550160",
    about={
        "en": "A house full of people in recovery. Coffee is on from nine.",
        "es": "Una casa llena de gente en recuperación. Hay café desde las nueve.",
        "ar": "بيت مليء بأشخاص في طريق التعافي. القهوة جاهزة من التاسعة.",
    },
    how_to_come={
        "en": "Walk in. Somebody is at the table by the window.",
        "es": "Entre. Hay alguien en la mesa junto a la ventana.",
        "ar": "ادخل مباشرة. هناك من يجلس إلى الطاولة قرب النافذة.",
    },
    crisis_text={
        "en": "Aurora night line, 8 to midnight",
        "es": "Línea nocturna de Aurora, de 8 a medianoche",
        "ar": "خط أورورا الليلي، من 8 حتى منتصف الليل",
    },
    places=(
        Place("Larkspur house", "41 Larkspur Lane", "America/Denver", (("Kitchen table", 10), ("Back room", 16))),
        Place("Union Hall", "9 Union Square", "America/Denver", (("Upper hall", 30),)),
        Place("Kingman annex", "77 Route 66", "America/Phoenix", (("Front room", 9),)),
    ),
    staff=(
        Staff("owner", "Isaac Thornton", Role.ADMINISTRATOR),
        Staff("coordinator", "Beth Yellowhorse", Role.COORDINATOR),
        Staff("supervisor", "Carlos Medina", Role.SUPERVISOR),
        Staff("peer", "Naomi Begay", Role.PEER_SPECIALIST),
        Staff("will", "Will Sorensen", Role.PEER_SPECIALIST),
        Staff("teresa", "Teresa Armijo", Role.PEER_SPECIALIST, "es"),
        Staff("volunteer", "Frank Olsen", Role.VOLUNTEER_FACILITATOR),
        Staff("clinical", "Priya Raman", Role.CLINICAL_CONTACT),
        Staff("translator", "Samira Aziz", Role.TRANSLATOR, "ar"),
        Staff("evaluator", "Dale Hutchins", Role.EVALUATOR),
        Staff("auditor", "Marian Stokes", Role.AUDITOR),
        Staff("observer", "Peter Lindqvist", Role.OBSERVER),
        Staff("partner", "Nurse Joy Atkins", Role.PARTNER),
    ),
    clients=(
        ("Raymond Tso", "en"), ("Lucía Baca", "es"), ("Colleen Marsh", "en"), ("Ahmed Zaki", "ar"),
        ("Phuong Ly", "vi"), ("Ting Sun", "zh-hans"), ("Harold Bishop", "en"), ("Ximena Salas", "es"),
        ("Jolene Tracy", "en"), ("Dawit Bekele", "en"), ("Rosario Chávez", "es"), ("Hana Qasim", "ar"),
        ("Quang Do", "vi"), ("Fang Liu", "zh-hans"), ("Stanley Moss", "en"), ("Perla Ortega", "es"),
        ("Vernon Lakes", "en"), ("Ruby Tallman", "en"), ("Emilio Durán", "es"), ("Rania Habib", "ar"),
        ("Thi Mai", "vi"), ("Bo Tang", "zh-hans"), ("Clarence Webb", "en"), ("Nadia Espinoza", "es"),
        ("Francine Cole", "en"), ("Tyrell Gaines", "en"), ("Amparo Gil", "es"), ("Bilal Jaber", "ar"),
        ("Son Truong", "vi"), ("Yan Ma", "zh-hans"), ("Lorraine Pike", "en"), ("Joaquín Varela", "es"),
        ("Melvin Roach", "en"), ("Sadie Crowe", "en"), ("Elvira Montes", "es"), ("Dina Rahal", "ar"),
        ("Hien Cao", "vi"), ("Gang He", "zh-hans"), ("Wallace Finch", "en"), ("Catalina Rey", "es"),
        ("Irene Dubois", "en"), ("Reggie Banks", "en"), ("Teodoro Luna", "es"), ("Majid Farah", "ar"),
        ("Linh Dinh", "vi"), ("Rong Zhu", "zh-hans"), ("Bonnie Slater", "en"), ("Pilar Nieto", "es"),
        ("Alvin Keene", "en"), ("Doris Mabry", "en"), ("Gonzalo Prieto", "es"), ("Lina Awad", "ar"),
        ("Trung Vu", "vi"), ("Qing Luo", "zh-hans"), ("Gladys Horne", "en"), ("Ramiro Cantú", "es"),
        ("Edith Parrish", "en"), ("Lamar Stokely", "en"), ("Soledad Vega", "es"), ("Anh Khoa Ngo", "vi"),
    ),
    state="CO",
)  # fmt: skip

HOUSES = (HARBOR, AURORA)
